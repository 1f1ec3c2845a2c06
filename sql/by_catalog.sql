-- Statements that only the catalog shows to be ones that no transaction holds: alone they are known beforehand; beside
-- others they fail with a HINT, which is right.
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION migrator;
SET migrator.on_hazard = ignore;
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE parts (id int, v int) PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE INDEX parts_v ON parts (v);
CREATE TABLE ran (what text);
CREATE PROCEDURE commits() LANGUAGE plpgsql AS 'BEGIN INSERT INTO app.ran VALUES (''commits''); COMMIT; END';
CREATE PROCEDURE commits_out(a int, OUT b int, c int DEFAULT 1) LANGUAGE plpgsql AS 'BEGIN COMMIT; b := a; END';
CREATE PROCEDURE commits_many(VARIADIC a int[]) LANGUAGE plpgsql AS 'BEGIN FOR i IN 1..2 LOOP ROLLBACK; END LOOP; END';
CREATE PROCEDURE overloaded(a int) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE PROCEDURE overloaded(a text) LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE PROCEDURE by_count(a int, OUT b int) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE PROCEDURE by_count(a int, b int, c int) LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE PROCEDURE bound() LANGUAGE plpgsql SET work_mem = '1MB' AS 'BEGIN COMMIT; END';
CREATE PROCEDURE quiet() LANGUAGE plpgsql AS 'BEGIN /* COMMIT; */ PERFORM ''COMMIT;''; END';
SET client_min_messages = error;
CREATE SUBSCRIPTION slotted CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = 'nowhere');
CREATE SUBSCRIPTION slotless CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
SET client_min_messages = warning;

CREATE FUNCTION public.planned(body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    PERFORM migrator.load('1', 'x', body);
    SELECT string_agg(CASE WHEN transactional THEN 'in a transaction' ELSE 'alone' END, ', ') INTO result FROM migrator.plan();
    RETURN body || ': ' || result;
END $$;
SELECT public.planned(body) FROM unnest(ARRAY['REINDEX TABLE parts', 'REINDEX INDEX app.parts_v', 'REINDEX TABLE part', 'CLUSTER parts USING parts_v',
    'CLUSTER part USING part_v_idx', 'DROP SUBSCRIPTION slotted', 'DROP SUBSCRIPTION slotless',
    'ALTER SUBSCRIPTION slotted REFRESH PUBLICATION', 'ALTER SUBSCRIPTION slotted SET PUBLICATION q',
    'ALTER SUBSCRIPTION slotted SET PUBLICATION q WITH (refresh = false)', 'ALTER SUBSCRIPTION slotted DISABLE', 'CALL commits()', 'CALL app.commits()', 'CALL commits_out(1, NULL)',
    'CALL commits_many(1, 2, 3)', 'CALL overloaded(1)', 'CALL bound()', 'CALL quiet()', 'CALL nothing()', 'DO ''BEGIN COMMIT; END''',
    'DO $d$ BEGIN /* ROLLBACK; */ END $d$', 'CALL commits(); CALL commits()', 'CALL commits(); CALL quiet()', 'CALL commits(); SELECT 1']) AS body;
-- OUT parameters are arguments of a CALL.
SELECT public.planned(body) FROM unnest(ARRAY['CALL by_count(1, NULL)', 'CALL by_count(1, 2, 3)', 'CALL by_count(1)',
    'DO ''DECLARE n int; BEGIN CALL by_count(1, n); END''']) AS body;
-- The name of a database is this one, or an error that is the server's.
SELECT replace(public.planned(replace(body, 'here', quote_ident(current_database()))), quote_ident(current_database()), 'here')
    FROM unnest(ARRAY['REINDEX TABLE here.app.parts', 'REINDEX INDEX here.app.parts_v', 'CLUSTER here.app.parts USING parts_v',
    'REINDEX TABLE here.app.part', 'REINDEX TABLE elsewhere.app.parts', 'CALL here.app.commits()', 'CALL here.app.quiet()',
    'CALL elsewhere.app.commits()', 'CALL too.here.app.commits()', 'DO ''BEGIN CALL here.app.commits(); END''']) AS body;
-- By the path of the caller.
SET search_path = pg_catalog;
SELECT public.planned(body) FROM unnest(ARRAY['CALL commits()', 'REINDEX TABLE parts']) AS body;
SET search_path = app;

-- Alone.
SELECT migrator.load('1', 'x', 'CALL commits()');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
CALL migrator.apply_each();
SELECT migrator.load('2', 'x', 'REINDEX INDEX parts_v');
CALL migrator.apply_each();
SELECT version, status FROM migrator.status();

-- Beside others.
SELECT migrator.load('3', 'x', 'REINDEX INDEX parts_v; SELECT 1');
SELECT * FROM migrator.apply();
\echo :LAST_ERROR_SQLSTATE
CALL migrator.apply_each();
SELECT migrator.load('3', 'x', E'-- migrator: no-transaction\nREINDEX INDEX parts_v; SELECT 1');
CALL migrator.apply_each();
SELECT migrator.load('4', 'x', 'SELECT 1; DROP SUBSCRIPTION slotted');
CALL migrator.apply_each();
SELECT migrator.load('4', 'x', 'SELECT 1; CALL commits_out(1, NULL)', 'CALL commits(); SELECT 1');
CALL migrator.apply_each();
SELECT migrator.load('4', 'x', E'-- migrator: no-transaction\nSELECT 1; CALL commits_out(1, NULL)', 'CALL commits(); SELECT 1');
CALL migrator.apply_each();
CALL migrator.rollback_each(1);
SELECT migrator.load('4', 'x', E'-- migrator: no-transaction\nSELECT 1; CALL commits_out(1, NULL)', E'-- migrator: no-transaction\nCALL commits(); SELECT 1');
CALL migrator.rollback_each(1);
SELECT migrator.load('4', 'x', 'SELECT 1; REINDEX TABLE parts');
SELECT * FROM migrator.apply();
SELECT migrator.load('4', 'x', 'SELECT 1; CLUSTER parts USING parts_v');
CALL migrator.apply_each();
SELECT version, status FROM migrator.status();

-- A schema that the caller may not look into is the server's to refuse when the statement runs.
CREATE ROLE by_catalog_dev;
GRANT USAGE ON SCHEMA migrator TO by_catalog_dev;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO by_catalog_dev;
SELECT migrator.unload('4');
SET ROLE by_catalog_dev;
SELECT migrator.load('5', 'x', 'CALL app.commits()');
SELECT version, transactional FROM migrator.plan();
CALL migrator.apply_each();
SELECT migrator.load('5', 'x', 'REINDEX TABLE app.parts');
SELECT version, transactional FROM migrator.plan();
RESET ROLE;

SET client_min_messages = error;
ALTER SUBSCRIPTION slotted SET (slot_name = NONE);
DROP SUBSCRIPTION slotted;
DROP SUBSCRIPTION slotless;
DROP FUNCTION public.planned;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
DROP OWNED BY by_catalog_dev;
DROP ROLE by_catalog_dev;
