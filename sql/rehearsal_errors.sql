-- A rehearsal that fails can fail its call, so that a script stops at it.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT FROM migrator.load_file('1_good.sql', E'-- UP\nCREATE TABLE good (n int PRIMARY KEY);\n-- DOWN\nDROP TABLE good;\nDROP TABLE never;\n');
SELECT FROM migrator.load_file('2_bad.sql', E'-- UP\nINSERT INTO good VALUES (1);\nINSERT INTO good VALUES (1);\n');
SELECT FROM migrator.load_file('3_each.sql', E'-- migrator: no-transaction\nSELECT 1;\n');

-- By default it is a row.
SHOW migrator.rehearsal_errors;
SELECT version, statement, sqlstate FROM migrator.rehearse();
SELECT version, status FROM migrator.apply('2', dry_run => true);

-- The error is that of the migration, with all that it says, and nothing stays.
SET migrator.rehearsal_errors = 'raise';
SELECT version FROM migrator.rehearse();
\echo :LAST_ERROR_SQLSTATE
SELECT version FROM migrator.apply('2', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
SELECT to_regclass('good'), version, status FROM migrator.status();
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
-- So too one of ours: a migration that loads migrations, a verify script.
SELECT FROM migrator.load('2', 'loads', $$SELECT migrator.load('9', 'x', 'SELECT 1')$$);
SELECT version FROM migrator.rehearse('2');
\echo :LAST_ERROR_SQLSTATE
SELECT FROM migrator.load_file('2_verified.sql', E'-- UP\nSELECT 1;\n-- VERIFY\nSELECT 1 / 0;\n');
SELECT version FROM migrator.rehearse('2');
\echo :LAST_ERROR_SQLSTATE
-- What a savepoint undoes.
BEGIN;
SAVEPOINT before;
SELECT version FROM migrator.rehearse('2');
ROLLBACK TO before;
SELECT version, status FROM migrator.apply('1');
COMMIT;
-- The way back.
SELECT version FROM migrator.rollback(1, dry_run => true);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM migrator.load('1', 'stays', 'SELECT 1', module => 'back');
SELECT FROM migrator.load('2', 'goes', 'SELECT 1', 'SELECT 1 / 0', module => 'back');
SELECT version FROM migrator.apply(module => 'back');
SELECT version FROM migrator.rollback_to('1', dry_run => true, module => 'back');
\echo :LAST_ERROR_SQLSTATE
-- What succeeds gives its rows.
SELECT FROM migrator.load('2', 'good', 'SELECT 1');
SELECT version, status FROM migrator.apply('2', dry_run => true);
SELECT version, error FROM migrator.rehearse();
-- A report is wanted above all of what fails.
SELECT FROM migrator.load('4', 'fails', 'SELECT 1 / 0');
SELECT migrator.report() ~ 'The rehearsal fails', (migrator.report('json')::jsonb)::text ~ '22012';
-- A migration cannot choose.
SET migrator.rehearsal_errors = 'report';
SELECT FROM migrator.load('4', 'fails', 'SET migrator.rehearsal_errors = raise; SELECT 1 / 0');
SELECT version, sqlstate FROM migrator.rehearse();
SET migrator.rehearsal_errors = 'maybe';
\echo :LAST_ERROR_SQLSTATE
DROP TABLE good;
DROP EXTENSION migrator;
