-- apply(): what is pending, in version order, in the caller's transaction.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;

-- Nothing pending gives no row.
SELECT * FROM migrator.apply();
SELECT FROM migrator.load('10', 'insert', 'INSERT INTO log (what) VALUES (''10'')');
SELECT FROM migrator.load('2', 'insert', 'INSERT INTO log (what) VALUES (''2'')');
SELECT FROM migrator.load('1', 'create',
    'CREATE TABLE log (n int GENERATED ALWAYS AS IDENTITY, what text); INSERT INTO log (what) VALUES (''1'')');
-- Up to and including the target; a target that is applied already leaves nothing to do.
SELECT version, name, status, execution_time_ms >= 0 AS timed, error FROM migrator.apply('2');
SELECT * FROM migrator.apply('2');
SELECT * FROM migrator.apply(target => '01');
SELECT version, name, status, execution_time_ms >= 0 AS timed, error FROM migrator.apply();
SELECT * FROM migrator.apply();
SELECT * FROM log ORDER BY n;

-- An unknown target is an error, never "everything" and never "nothing".
SELECT * FROM migrator.apply('3');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply('');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply('10', module => 'other');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply(dry_run => NULL);
\echo :LAST_ERROR_SQLSTATE

-- In the caller's transaction: ROLLBACK takes it back, record and all.
SELECT FROM migrator.load('20', 'x', 'CREATE TABLE x ()');
BEGIN;
SELECT version, status FROM migrator.apply();
SELECT version, status FROM migrator.status() WHERE version = '20';
ROLLBACK;
SELECT to_regclass('x'), status FROM migrator.status() WHERE version = '20';
-- Twice in one transaction: the second sees what the first did, and what was loaded in between.
BEGIN;
SELECT version, status FROM migrator.apply();
SELECT version, status FROM migrator.apply();
SELECT FROM migrator.load('21', 'y', 'CREATE TABLE y ()');
SELECT version, status FROM migrator.apply();
COMMIT;
SELECT to_regclass('x'), to_regclass('y');
-- A savepoint undoes a part.
SELECT FROM migrator.load('22', 'z', 'CREATE TABLE z ()');
BEGIN;
SAVEPOINT before;
SELECT version, status FROM migrator.apply();
ROLLBACK TO before;
SELECT version, status FROM migrator.apply();
COMMIT;
SELECT count(*) FROM migrator.history WHERE version = '22';

-- Called in other ways: all rows are always run, however many are asked for.
SELECT migrator.load('30', 'a', 'SELECT 1'), migrator.load('31', 'b', 'SELECT 1');
SELECT version FROM migrator.apply() LIMIT 1;
SELECT FROM migrator.load('32', 'c', 'SELECT 1');
SELECT (migrator.apply()).status;
SELECT migrator.load('33', 'd', 'SELECT 1'), migrator.load('34', 'e', 'SELECT 1');
CREATE TABLE runs (version text, status text);
INSERT INTO runs SELECT version, status FROM migrator.apply();
SELECT * FROM runs;
SELECT FROM migrator.load('35', 'f', 'INSERT INTO runs VALUES (''from the body'')');
INSERT INTO runs SELECT version, status FROM migrator.apply();
SELECT * FROM runs;
SELECT FROM migrator.load('36', 'g', 'SELECT 1');
BEGIN;
DECLARE c CURSOR FOR SELECT version, status FROM migrator.apply();
FETCH ALL FROM c;
COMMIT;
SELECT FROM migrator.load('37', 'h', 'SELECT 1');
PREPARE p AS SELECT version, status FROM migrator.apply($1);
EXECUTE p('37');
EXECUTE p('37');
DEALLOCATE p;

-- In PL/pgSQL: a failure inside an EXCEPTION block is undone, and the session works on.
SELECT migrator.load('40', 'good', 'CREATE TABLE forty ()'), migrator.load('41', 'bad', 'SELECT 1/0');
DO $$
DECLARE at text;
BEGIN
    PERFORM migrator.apply();
EXCEPTION WHEN division_by_zero THEN
    GET STACKED DIAGNOSTICS at = PG_EXCEPTION_CONTEXT;
    RAISE WARNING 'caught: %, %', SQLERRM, at;
END $$;
SELECT version, status FROM migrator.status() WHERE version >= '40';
DO $$ BEGIN
    BEGIN
        PERFORM migrator.apply();
    EXCEPTION WHEN OTHERS THEN
        PERFORM migrator.load('41', 'bad', 'SELECT 1');
        PERFORM migrator.apply();
    END;
END $$;
SELECT version, status FROM migrator.status() WHERE version >= '40';
-- As a function that a trigger or another function calls.
CREATE FUNCTION deploy() RETURNS SETOF text LANGUAGE sql AS 'SELECT status FROM migrator.apply()';
SELECT FROM migrator.load('50', 'x', 'SELECT 1');
SELECT deploy();

-- Statements of many kinds; rows that a body's SELECT returns are nobody's.
SELECT FROM migrator.load('60', 'kinds', $body$
    SELECT generate_series(1, 3);
    SELECT ';' AS ";", $$ ; $$ /* ; */; -- ;
    CREATE TABLE kinds AS SELECT 1 AS a;
    CREATE FUNCTION atomic(x int) RETURNS int BEGIN ATOMIC SELECT x + 1; SELECT x + 2; END;
    CREATE TYPE mood AS ENUM ('sad');
    CREATE PROCEDURE proc() LANGUAGE plpgsql AS 'BEGIN INSERT INTO kinds VALUES (2); END';
    CALL proc();
    DO 'BEGIN INSERT INTO kinds VALUES (3); END';
    WITH x AS (INSERT INTO kinds VALUES (4) RETURNING a) SELECT * FROM x;
    EXPLAIN ANALYZE INSERT INTO kinds VALUES (5);
    LOCK TABLE kinds;
    CREATE RULE r AS ON INSERT TO kinds DO ALSO (SELECT 1; SELECT 2);
    PREPARE q AS SELECT 1; EXECUTE q; DEALLOCATE q;
    DECLARE c CURSOR FOR SELECT 1; FETCH c; CLOSE c;
    VALUES (1);
    TABLE kinds;
    COMMENT ON TABLE kinds IS 'all kinds';
    ANALYZE kinds
$body$);
SELECT version, status FROM migrator.apply();
SELECT a FROM kinds ORDER BY a;
SELECT atomic(1), obj_description('kinds'::regclass);

-- A rule may leave nothing to execute.
SELECT FROM migrator.load('999', 'nothing', $$CREATE RULE nothing AS ON DELETE TO kinds DO INSTEAD NOTHING;
    DELETE FROM kinds$$);
SELECT version, status FROM migrator.apply();

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
