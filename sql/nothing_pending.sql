-- What a call says that finds nothing to do: nothing is loaded, nothing is pending, or there is no such module.
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;
\pset format unaligned
\pset tuples_only on

-- Nothing is loaded.
SELECT * FROM migrator.apply();
SELECT * FROM migrator.apply(dry_run => true);
CALL migrator.apply_each();
SELECT * FROM migrator.plan();
SELECT * FROM migrator.lint();
SELECT * FROM migrator.rehearse();
SELECT * FROM migrator.conflicts();
SELECT * FROM migrator.rollback();
CALL migrator.rollback_each();

-- Something is: then it says nothing of it.
SELECT migrator.load('1', 'a', 'CREATE TABLE a ()', 'DROP TABLE a'), migrator.load('2', 'b', 'CREATE TABLE b ()', 'DROP TABLE b');
SELECT version, statement FROM migrator.plan();
SELECT count(*) FROM migrator.lint();

-- Nothing is pending: everything, up to a target, or as far as a baseline.
SELECT * FROM migrator.baseline('1');
SELECT * FROM migrator.baseline('1');
SELECT * FROM migrator.apply('1');
SELECT * FROM migrator.plan('1');
SELECT * FROM migrator.lint('1');
SET client_min_messages = warning;
SELECT version, status FROM migrator.apply();
RESET client_min_messages;
SELECT * FROM migrator.apply();
CALL migrator.apply_each();
SELECT * FROM migrator.rehearse();
SELECT * FROM migrator.plan();
SELECT * FROM migrator.conflicts();
SELECT * FROM migrator.rollback_to('2');
-- The same without the shortcut for the common case: after a failure, in a read-only transaction, with what was rolled
-- back and unloaded. A repeatable migration counts as one.
BEGIN READ ONLY;
SELECT * FROM migrator.apply();
SELECT * FROM migrator.rollback_to('2');
ROLLBACK;
SET client_min_messages = warning;
SELECT migrator.load('9', 'view', E'-- migrator: repeatable\nCREATE OR REPLACE VIEW v AS SELECT 1 AS one', 'DROP VIEW v');
SELECT version, status FROM migrator.apply();
RESET client_min_messages;
SELECT * FROM migrator.apply();
SET client_min_messages = warning;
SELECT version, status FROM migrator.rollback(2);
SELECT migrator.unload('2'), migrator.unload('9');
RESET client_min_messages;
SELECT * FROM migrator.apply();
SELECT * FROM migrator.rollback();

-- Modules. One exists from its first load on, and is not forgotten with its last body once something has run.
SELECT * FROM migrator.apply(module => 'biling');
\echo :LAST_ERROR_SQLSTATE
-- What the HINT says.
SELECT name, action FROM migrator.load_file('1_a.sql', 'CREATE TABLE bill ()', module => 'biling');
SET client_min_messages = warning;
SELECT version, status FROM migrator.apply(module => 'biling');
RESET client_min_messages;
SELECT * FROM migrator.apply(module => 'biling');
SELECT * FROM migrator.apply('1', module => 'biling');
SELECT migrator.load('1', 'x', 'SELECT 1', module => 'fleeting');
SELECT version FROM migrator.status('fleeting');
SELECT migrator.unload('1', module => 'fleeting');
-- Whatever is called.
\set VERBOSITY terse
SELECT * FROM migrator.status('fleeting');
SELECT * FROM migrator.summary('fleeting');
SELECT * FROM migrator.plan(module => 'fleeting');
SELECT * FROM migrator.lint(module => 'fleeting');
SELECT * FROM migrator.rehearse(module => 'fleeting');
SELECT migrator.report(module => 'fleeting');
SELECT * FROM migrator.conflicts(module => 'fleeting');
CALL migrator.apply_each(module => 'fleeting');
CALL migrator.rollback_each(module => 'fleeting');
SELECT * FROM migrator.rollback(module => 'fleeting');
SELECT * FROM migrator.rollback_to('1', module => 'fleeting');
SELECT * FROM migrator.baseline('1', module => 'fleeting');
SELECT migrator.accept('1', 'why', module => 'fleeting');
SELECT migrator.unload('1', module => 'fleeting');
BEGIN READ ONLY;
SELECT * FROM migrator.apply(module => 'fleeting');
ROLLBACK;
-- Nothing is left locked, and no transaction is broken.
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory';

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
