-- A hostile search_path captures nothing, and names with quotes in them are harmless.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA evil;
CREATE TABLE evil.captured (what text);
-- Tables, views and functions named like ours and like the server's.
CREATE TABLE evil.migration AS SELECT * FROM migrator.migration;
CREATE TABLE evil.history_entry AS SELECT * FROM migrator.history_entry;
CREATE VIEW evil.pg_prepared_statements AS SELECT 'x'::text AS name;
CREATE VIEW evil.pg_cursors AS SELECT 'x'::text AS name;
CREATE VIEW evil.pg_locks AS SELECT 1 / 0 AS pid;
CREATE VIEW evil.pg_constraint AS SELECT 1 / 0 AS oid;
CREATE TYPE evil.version AS (x int);
CREATE DOMAIN evil.text AS pg_catalog.text CHECK (false);
CREATE DOMAIN evil.oid AS pg_catalog.int4 CHECK (false);
CREATE FUNCTION evil.capture(what pg_catalog.text) RETURNS void LANGUAGE sql AS 'INSERT INTO evil.captured VALUES (what)';
CREATE FUNCTION evil.boom(a anyelement, b anyelement) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN INSERT INTO evil.captured VALUES ('operator'); RETURN false; END $$;
CREATE FUNCTION evil.boom_text(a pg_catalog.text, b pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN INSERT INTO evil.captured VALUES ('text operator'); RETURN false; END $$;
CREATE OPERATOR evil.= (FUNCTION = evil.boom, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE OPERATOR evil.< (FUNCTION = evil.boom, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE OPERATOR evil.>= (FUNCTION = evil.boom, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE OPERATOR evil.<= (FUNCTION = evil.boom, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE OPERATOR evil.= (FUNCTION = evil.boom_text, LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text);
DO $$
DECLARE signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['clock_timestamp()', 'current_setting(pg_catalog.text)', 'pg_backend_pid()',
        'inet_client_addr()', 'pg_current_xact_id()', 'now()', 'version()', 'pg_advisory_lock(bigint)',
        'coalesce_text(pg_catalog.text)', 'unnest(pg_catalog.text[])', 'current_database()']
    LOOP
        EXECUTE format('CREATE FUNCTION evil.%s RETURNS pg_catalog.text LANGUAGE sql AS $f$ SELECT evil.capture(%L); SELECT NULL::pg_catalog.text $f$',
                       signature, signature);
    END LOOP;
END $$;
SET search_path = evil, pg_catalog, public;

-- Every call, with everything of the above first in the path.
SELECT migrator.load('1', 'a', 'CREATE TABLE public.one ()', 'DROP TABLE public.one') OPERATOR(pg_catalog.=) 'added' AS added;
SELECT action FROM migrator.load_file('2_b.sql', 'PREPARE p AS SELECT 1; SELECT pg_catalog.pg_advisory_lock(7)');
SELECT status FROM migrator.apply(dry_run => true);
SELECT sql FROM migrator.plan();
SELECT status FROM migrator.apply();
SELECT status, reversible FROM migrator.status();
SELECT applied, pending FROM migrator.summary();
SELECT migrator.load('2', 'b', 'SELECT 2', 'SELECT -2') OPERATOR(pg_catalog.=) 'changed' AS changed;
SELECT FROM migrator.apply();
SELECT FROM migrator.accept('2', 'reason');
SELECT status FROM migrator.rollback(2);
SELECT status FROM migrator.baseline('1');
SELECT FROM migrator.unload('2');
SELECT FROM migrator.rollback_to('1');
SELECT migrator.lock_key() IS NOT NULL AS key;
-- Bodies run with the caller's path, as in psql: this is where the trap snaps, by the caller's own wish.
SELECT FROM migrator.load('3', 'c', 'SELECT now()');
SELECT status FROM migrator.apply();
RESET search_path;
SELECT * FROM evil.captured;
SELECT count(*) FROM evil.migration;
SELECT version, action, application_name IS NOT NULL AS application, backend_pid = pg_backend_pid() AS pid FROM migrator.history ORDER BY id;
-- A body cannot lay the trap for the bookkeeping after it either.
TRUNCATE evil.captured;
SELECT migrator.load('4', 'd', 'SET search_path = evil, pg_catalog; CREATE TEMP TABLE history_entry ()'), migrator.load('5', 'e', 'SELECT 1');
SELECT status FROM migrator.apply();
SELECT * FROM evil.captured;

-- Quotes, backslashes, percent signs and statements in versions, names, modules, reasons and file names.
SELECT migrator.load(v, n, 'SELECT 1', 'SELECT 2', module => m) FROM (VALUES
    ('1'';DROP/**/TABLE/**/x;--', 'O''Reilly "x" \ %s %n $1 {}', 'mod''ule "x" \ %s; DROP TABLE x'),
    ('2"\%s', 'two; lines', 'mod''ule "x" \ %s; DROP TABLE x')) AS t (v, n, m);
SELECT version, name, status FROM migrator.apply(module => 'mod''ule "x" \ %s; DROP TABLE x');
SELECT version, name, status FROM migrator.status('mod''ule "x" \ %s; DROP TABLE x');
-- A name stands in messages, so it has no line ends.
SELECT migrator.load('3', E'two\nlines', '');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.load('2"\%s', 'two; lines', 'SELECT 1 / 0', 'SELECT 2', module => 'mod''ule "x" \ %s; DROP TABLE x');
SELECT migrator.accept('2"\%s', '''); DROP TABLE x; -- %s', module => 'mod''ule "x" \ %s; DROP TABLE x');
SELECT * FROM migrator.apply('no''such%s', module => 'mod''ule "x" \ %s; DROP TABLE x');
SELECT version, status FROM migrator.rollback(2, module => 'mod''ule "x" \ %s; DROP TABLE x');
SELECT * FROM migrator.apply(module => 'mod''ule "x" \ %s; DROP TABLE x');
SELECT * FROM migrator.load_file('9_%s''"\\.sql', 'SELEC ''%s''');
SELECT reason FROM migrator.history WHERE reason <> 'reason';

SET client_min_messages = error;
DROP SCHEMA evil CASCADE;
DROP EXTENSION migrator;
