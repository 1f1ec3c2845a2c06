-- Repeatable migrations run after the versioned ones, again whenever they have changed.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA repeatable;
SET search_path = repeatable;
CREATE TABLE log (what text);
SELECT migrator.load('5', 'views', E'-- migrator: repeatable\nINSERT INTO log VALUES (''views 1'')', NULL, module => 'rep');
SELECT migrator.load('3', 'functions', E'-- migrator: repeatable\nINSERT INTO log VALUES (''functions'')',
                     'INSERT INTO log VALUES (''down functions'')', module => 'rep');
SELECT migrator.load('7', 'seven', 'INSERT INTO log VALUES (''seven'')', 'INSERT INTO log VALUES (''down seven'')', module => 'rep');
SELECT migrator.load('9', 'nine', 'INSERT INTO log VALUES (''nine'')', 'INSERT INTO log VALUES (''down nine'')', module => 'rep');
SELECT version, kind, status, detail FROM migrator.status('rep');
SELECT version, sql FROM migrator.plan(module => 'rep');
-- One is left after the target: they wait.
SELECT version, status FROM migrator.apply('7', module => 'rep');
SELECT version, status FROM migrator.apply('9', module => 'rep');
SELECT version, status FROM migrator.apply(module => 'rep');
-- A comment is no change. A change is pending, not modified, and never out of order.
SELECT migrator.load('5', 'views', E'-- migrator: repeatable\n-- of old\nINSERT INTO log VALUES (''views 1'')', NULL, module => 'rep');
SELECT version, status FROM migrator.apply(module => 'rep');
SELECT migrator.load('5', 'views', E'-- migrator: repeatable\nINSERT INTO log VALUES (''views 2'')', NULL, module => 'rep');
SELECT version, kind, status, detail FROM migrator.status('rep');
SELECT applied, pending, failed, last_applied FROM migrator.summary('rep');
SELECT version, sql FROM migrator.plan(module => 'rep');
SELECT version, status FROM migrator.apply(dry_run => true, module => 'rep');
SELECT version, status FROM migrator.apply(module => 'rep');
SELECT version, status FROM migrator.apply(module => 'rep');
-- By apply_each() too; with a failure, which is of the attempt only.
SELECT migrator.load('5', 'views', E'-- migrator: repeatable\nSELECT 1 / 0', NULL, module => 'rep');
CALL migrator.apply_each(module => 'rep');
SELECT version, kind, status, detail FROM migrator.status('rep') WHERE version = '5';
SELECT applied, pending, failed, last_applied FROM migrator.summary('rep');
SELECT migrator.load('5', 'views', E'-- migrator: repeatable\nINSERT INTO log VALUES (''views 2'')', NULL, module => 'rep');
SELECT version, status FROM migrator.status('rep') WHERE version = '5';
SELECT migrator.load('5', 'views', E'-- migrator: repeatable\nINSERT INTO log VALUES (''views 3'')', NULL, module => 'rep');
CALL migrator.apply_each(module => 'rep');
CALL migrator.apply_each(module => 'rep');
SELECT version, kind, result FROM migrator.history WHERE module = 'rep' ORDER BY id;
-- Without a down body it is irreversible; rollback_to() leaves it as it is.
SELECT * FROM migrator.rollback(module => 'rep');
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.rollback_to('7', module => 'rep');
SELECT version, status FROM migrator.status('rep');
SELECT version, status FROM migrator.apply(module => 'rep');
SELECT string_agg(what, ', ') FROM log;
-- The edit is accepted without a run; what is loaded decides what it is.
SELECT migrator.load('5', 'views', E'-- migrator: repeatable\nINSERT INTO log VALUES (''views 4'')', NULL, module => 'rep');
SELECT migrator.accept('5', 'run by hand', 'rep');
SELECT version, status FROM migrator.apply(module => 'rep');
SELECT migrator.load('5', 'views', 'INSERT INTO log VALUES (''views 5'')', NULL, module => 'rep');
SELECT version, kind, status FROM migrator.status('rep') WHERE version = '5';
SELECT migrator.load('5', 'views', E'-- migrator: repeatable\nINSERT INTO log VALUES (''views 5'')', NULL, module => 'rep');
SELECT version, kind, status FROM migrator.status('rep') WHERE version = '5';
-- A baseline leaves them to the next run, unless it names one.
SELECT migrator.load('1', 'one', 'SELECT 1', module => 'rep base');
SELECT migrator.load('r', 'r', E'-- migrator: repeatable\nSELECT 2', module => 'rep base');
SELECT migrator.load('s', 's', E'-- migrator: repeatable\nSELECT 3', module => 'rep base');
SELECT version FROM migrator.baseline('1', 'rep base');
SELECT version FROM migrator.baseline('s', 'rep base');
SELECT version, status FROM migrator.apply(module => 'rep base');
SELECT version, status FROM migrator.status('rep base');
-- One whose text is gone.
DELETE FROM migrator.migration WHERE module = 'rep base' AND version = 'r';
SELECT version, kind, status FROM migrator.status('rep base');
-- What is refused.
SELECT migrator.load('1', 'x', 'SELECT 1', E'-- migrator: repeatable\nSELECT 1');
SELECT * FROM migrator.load_file('1_x.sql', E'-- UP\nSELECT 1;\n-- DOWN\n\n-- migrator: repeatable\nSELECT 1;');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('1', 'x', '-- migrator: repeatable=yes');
SELECT migrator.load('1', 'x', '-- migrator: repeatable snapshot');
DROP SCHEMA repeatable CASCADE;
DROP EXTENSION migrator;
