-- rollback() and rollback_to(): newest first, all or nothing; irreversible is an error.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;

-- Nothing to roll back gives no row.
SELECT * FROM migrator.rollback();
CREATE FUNCTION load_five() RETURNS void LANGUAGE sql AS $f$
    SELECT migrator.load(n::text, 't' || n, format('CREATE TABLE t%s (id int)', n), format('DROP TABLE t%s', n))
    FROM generate_series(1, 5) AS n;
$f$;
SELECT load_five();
SELECT count(*) FROM migrator.apply();

-- One, several, more than there are.
SELECT version, name, status, execution_time_ms >= 0 AS timed, error FROM migrator.rollback();
SELECT version, status FROM migrator.rollback(2);
SELECT tablename FROM pg_tables WHERE schemaname = 'app' ORDER BY 1;
SELECT version, status FROM migrator.rollback(100);
SELECT * FROM migrator.rollback();
-- What was rolled back is pending, and can be applied again.
SELECT version, status FROM migrator.status();
SELECT version, status FROM migrator.apply();

-- rollback_to(): everything after the target, which stays.
SELECT version, status FROM migrator.rollback_to('3');
SELECT * FROM migrator.rollback_to('3');
SELECT version, status FROM migrator.status();
-- A target that is not applied, or not known.
SELECT * FROM migrator.rollback_to('4');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.rollback_to('44');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.rollback_to(NULL);
\echo :LAST_ERROR_SQLSTATE
-- Numbers that make no sense.
SELECT * FROM migrator.rollback(0);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.rollback(-1);
SELECT * FROM migrator.rollback(NULL);
\echo :LAST_ERROR_SQLSTATE

-- No way back, or an empty one: nothing at all is rolled back, in a dry run neither.
SELECT FROM migrator.load('2', 't2', 'CREATE TABLE t2 (id int)', '-- nothing to do');
SELECT * FROM migrator.rollback(2);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.rollback(2, dry_run => true);
SELECT * FROM migrator.rollback_to('1');
\echo :LAST_ERROR_SQLSTATE
SELECT version, status, reversible FROM migrator.status();
-- Those after it can.
SELECT version, status FROM migrator.rollback(1);

-- The one that a failing way back stands in stays applied, and so do those that went before it.
SELECT FROM migrator.load('2', 't2', 'CREATE TABLE t2 (id int)', 'DROP TABLE t2; SELECT 1/0');
SELECT FROM migrator.apply();
SELECT * FROM migrator.rollback(4);
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.status();
SELECT count(*) FROM pg_tables WHERE schemaname = 'app';

-- The order is that in which they ran, not that of versions.
SELECT load_five();
SELECT FROM migrator.load('1.5', 'late', 'SELECT 1', 'SELECT 1');
SET migrator.out_of_order = 'allow';
SELECT version, status FROM migrator.apply();
RESET migrator.out_of_order;
SELECT version, status FROM migrator.rollback(2);
SELECT version, status FROM migrator.rollback_to('1');

-- A changed body is rolled back by the way back that came with what ran; an unloaded one cannot be (it is applied).
SELECT FROM migrator.apply('1.5');
SELECT FROM migrator.load('1.5', 'late', 'SELECT 2', 'SELECT 1/0');
SELECT version, status, reversible FROM migrator.status() WHERE version = '1.5';
SELECT version, status FROM migrator.rollback();
-- Then the new body is pending.
SELECT version, status, reversible FROM migrator.status() WHERE version = '1.5';
-- A way back alone that is mended is used.
SELECT version, status FROM migrator.apply('1.5');
SELECT * FROM migrator.rollback();
SELECT FROM migrator.load('1.5', 'late', 'SELECT 2', 'SELECT 3');
SELECT version, status, detail FROM migrator.status() WHERE version = '1.5';
SELECT version, status FROM migrator.rollback();

-- A baseline never ran, so it is never undone.
SELECT FROM migrator.baseline('2');
SELECT FROM migrator.apply();
SELECT version, status FROM migrator.rollback(100);
SELECT version, status FROM migrator.status();
SELECT * FROM migrator.rollback();

SELECT version, action, result FROM migrator.history WHERE version = '1.5' ORDER BY id;
SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
