-- status() and summary(): every status, derived from what is loaded and what happened.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;

SELECT * FROM migrator.status();
SELECT * FROM migrator.summary();
SELECT migrator.load('1', 'base', 'SELECT 1'), migrator.load('2', 'kept', 'SELECT 2', 'SELECT -2'),
       migrator.load('3', 'edited', 'SELECT 3'), migrator.load('4', 'commented', 'SELECT 4'),
       migrator.load('5', 'undone', 'SELECT 5', 'SELECT -5');
SELECT applied, pending, failed, last_applied FROM migrator.summary();
SELECT FROM migrator.baseline('1');
SELECT FROM migrator.apply();
SELECT FROM migrator.rollback();
SELECT migrator.load('3', 'edited', 'SELECT 33'), migrator.load('4', 'renamed', 'SELECT 4 -- four'),
       migrator.load('2.5', 'late', 'SELECT 2.5'), migrator.load('9', 'next', 'SELECT 9');
SELECT version, name, status, applied_at IS NOT NULL AS at, execution_time_ms >= 0 AS timed, applied_by = current_user AS by_me, loaded_by = current_user AS loaded_by_me,
       reversible, detail
FROM migrator.status();
SELECT applied, pending, failed, last_applied, last_applied_at <= clock_timestamp() AS at, running_pid, running_since
FROM migrator.summary();

-- `missing`: applied, and no body is loaded, as after a restore of the history alone.
DELETE FROM migrator.migration WHERE version = '2';
SELECT version, name, status, reversible, detail FROM migrator.status() WHERE version = '2';
-- It does not stand in the way of what comes next, and can be rolled back by the body on record.
SELECT migrator.load('3', 'edited', 'SELECT 3');
SELECT FROM migrator.unload('2.5');
SELECT version, status FROM migrator.apply();
SELECT * FROM migrator.rollback(4);
DELETE FROM migrator.migration WHERE version IN ('9', '5', '4', '3');
SELECT version, status FROM migrator.status();
SELECT version, name FROM migrator.load_file('2_kept.sql', 'SELECT 2');
SELECT version, status, detail FROM migrator.status();

-- The run of this session is one that is under way, until its transaction ends.
SELECT migrator.load('10', 'x', 'SELECT 1');
BEGIN;
SELECT running_pid FROM migrator.summary();
SELECT count(*) FROM migrator.apply('2');
SELECT running_pid = pg_backend_pid() AS me, running_since <= clock_timestamp() AS since FROM migrator.summary();
COMMIT;
SELECT running_pid, running_since FROM migrator.summary();

-- Both read only, and in any isolation level.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT count(*) FROM migrator.status();
SELECT applied FROM migrator.summary();
COMMIT;
SELECT * FROM migrator.status(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.summary(module => '');
\echo :LAST_ERROR_SQLSTATE
SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
