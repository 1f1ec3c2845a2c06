-- Time limits: the caller's is one for the whole call. The server arms it when the client's statement begins, so a
-- SET statement_timeout of a body limits nothing (docs/running.md says so), while lock_timeout works at once.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT migrator.load('1', 'quick', 'CREATE TABLE quick ()', 'DROP TABLE quick'), migrator.load('2', 'slow', 'SELECT pg_sleep(10)');
SET statement_timeout = '1s';
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
-- A dry run is ended by it too: a canceled run says nothing about the migration.
SELECT * FROM migrator.apply(dry_run => true);
\echo :LAST_ERROR_SQLSTATE
-- What its HINT says, helps: the limit is of the statement, and a body's own SET is none.
\set VERBOSITY default
SELECT migrator.load('2', 'slow', 'SET statement_timeout = 0; SELECT pg_sleep(2)', 'SELECT 1');
SELECT version, status FROM migrator.apply();
CALL migrator.apply_each();
SET statement_timeout = 0;
SELECT version, status FROM migrator.apply();
SELECT version, status FROM migrator.rollback(2);
SET migrator.statement_timeout = '500ms';
SELECT version, status FROM migrator.apply();
RESET migrator.statement_timeout;
RESET statement_timeout;
-- From wherever the limit comes.
ALTER DATABASE contrib_regression SET statement_timeout = '1s';
\c
SET client_min_messages = warning;
CALL migrator.apply_each();
ALTER DATABASE contrib_regression RESET statement_timeout;
\c
SET client_min_messages = warning;
SELECT to_regclass('quick'), version, status FROM migrator.status();
SELECT migrator.unload('2');
SELECT version, status FROM migrator.apply();

SELECT migrator.load('2', 'limited', E'SET statement_timeout = ''50ms'';\nSELECT pg_sleep(0.1)');
SELECT version, status FROM migrator.apply();
SHOW statement_timeout;

-- lock_timeout works at once in any statement; the lock here is one of the caller's own, so nothing waits.
SELECT migrator.load('4', 'lock', $$SET lock_timeout = '50ms'; ALTER TABLE quick ADD COLUMN a int$$);
SELECT version, status FROM migrator.apply();
SHOW lock_timeout;
DROP TABLE quick;
DROP EXTENSION migrator;
