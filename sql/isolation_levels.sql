-- In REPEATABLE READ and SERIALIZABLE a run would act on a stale picture, and in a read-only transaction it cannot
-- write: refused. What only reads works.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SELECT migrator.load('1', 'a', 'SELECT 1', 'SELECT -1');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM migrator.apply();
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT * FROM migrator.apply(dry_run => true);
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT * FROM migrator.rollback();
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM migrator.rollback_to('1');
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT migrator.unload('1');
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
-- As a default of the session as well.
SET default_transaction_isolation = 'serializable';
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.status();
SELECT pending FROM migrator.summary();
SELECT version, sql FROM migrator.plan();
SELECT count(*) FROM migrator.history;
-- Loading acts on nothing that it reads.
SELECT migrator.load('2', 'b', 'SELECT 2');
RESET default_transaction_isolation;

BEGIN READ ONLY;
SELECT * FROM migrator.apply();
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
BEGIN READ ONLY;
SELECT * FROM migrator.apply(dry_run => true);
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
BEGIN READ ONLY;
SELECT * FROM migrator.rollback();
ROLLBACK;
BEGIN READ ONLY;
SELECT * FROM migrator.rollback_to('1');
ROLLBACK;
BEGIN READ ONLY;
SELECT version, status FROM migrator.status();
SELECT pending FROM migrator.summary();
SELECT version, sql FROM migrator.plan();
SELECT count(*) FROM migrator.history;
SELECT migrator.lock_key() IS NOT NULL;
COMMIT;
-- READ UNCOMMITTED is READ COMMITTED here.
BEGIN ISOLATION LEVEL READ UNCOMMITTED;
SELECT version, status FROM migrator.apply();
COMMIT;
DROP EXTENSION migrator;
