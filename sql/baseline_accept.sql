-- baseline(): an existing database; accept(): the reviewed way out of a changed body.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT migrator.load('1', 'a', 'CREATE TABLE would_fail ('  || 'id no_such_type)'), migrator.load('2', 'b', 'SELECT 1 / 0'),
       migrator.load('3', 'c', 'SELECT 3', 'SELECT -3');

SELECT * FROM migrator.baseline('4');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.baseline(NULL);
\echo :LAST_ERROR_SQLSTATE
-- Everything up to and including it counts as applied; nothing runs.
SELECT * FROM migrator.baseline('02');
SELECT version, status, execution_time_ms, applied_by = current_user AS by_me FROM migrator.status();
SELECT version, status FROM migrator.apply();
-- Again: nothing is left to mark.
SELECT * FROM migrator.baseline('3');
SELECT version, action, result, up FROM migrator.history ORDER BY id;
-- A changed body of a baseline is refused like any other.
SELECT migrator.load('2', 'b', 'SELECT 2 / 0');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE

-- accept(): the new body becomes the applied one, on record with its reason.
SELECT migrator.accept('2', '');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.accept('2', E' \n\t');
SELECT migrator.accept('2', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.accept('02', 'reviewed by J''s team; it never ran here');
SELECT version, status FROM migrator.status();
SELECT version, action, result, up, reason FROM migrator.history ORDER BY id DESC LIMIT 1;
SELECT * FROM migrator.apply();
-- What cannot be accepted.
SELECT migrator.accept('2', 'again');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.accept('9', 'unknown');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('4', 'd', 'SELECT 4');
SELECT migrator.accept('4', 'pending');
\echo :LAST_ERROR_SQLSTATE
-- An accept does not move when and by whom it was applied, nor the order of a rollback.
SELECT FROM migrator.apply();
SELECT applied_at AS before FROM migrator.status() WHERE version = '3' \gset
SELECT migrator.load('3', 'c', 'SELECT 33', 'SELECT -33');
SELECT migrator.accept('3', 'a typing error in a comment');
SELECT version, status, applied_at = :'before' AS same FROM migrator.status() WHERE version = '3';
-- The rollback then takes the accepted way back.
SELECT migrator.load('4', 'd', 'SELECT 4', 'SELECT -4');
SELECT version, status FROM migrator.rollback(2);
SELECT version, action, down FROM migrator.history ORDER BY id DESC LIMIT 2;
-- Edited again after an accept.
SELECT FROM migrator.apply();
SELECT migrator.load('3', 'c', 'SELECT 333', 'SELECT -33');
SELECT * FROM migrator.apply();
SELECT migrator.load('3', 'c', 'SELECT 33', 'SELECT -33');
SELECT version, status FROM migrator.status();

-- The way out is written so that it can be pasted, whatever the version and the module are.
SELECT migrator.load('it''s', 'q', 'SELECT 1', module => 'odd ''one''');
SELECT FROM migrator.apply(module => 'odd ''one''');
SELECT migrator.load('it''s', 'q', 'SELECT 2', module => 'odd ''one''');
DO $$
DECLARE advice text;
BEGIN
    PERFORM migrator.apply(module => 'odd ''one''');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
    EXECUTE substring(advice FROM 'SELECT migrator\.accept\(.*\)');
END $$;
SELECT version, status FROM migrator.status('odd ''one''');

-- Neither in a read-only transaction nor beside a stale snapshot.
BEGIN READ ONLY;
SELECT * FROM migrator.baseline('3');
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
BEGIN READ ONLY;
SELECT migrator.accept('3', 'x');
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM migrator.baseline('3');
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT migrator.accept('3', 'x');
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
DROP EXTENSION migrator;
