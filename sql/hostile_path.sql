-- A schema first in the path that has all names of pg_catalog and of migrator: functions, operators, types, relations;
-- and temporary ones of the same names. No call of a superuser runs, reads or writes any of them.
SET client_min_messages = warning;
\getenv fixtures MIGRATOR_FIXTURES
\set before :fixtures /edit/before
\setenv MIGRATOR_BEFORE :before
\set tar `tar -C "$MIGRATOR_BEFORE" -cf - . | base64 -w0`
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'warn';
CREATE TABLE public.plain (a integer PRIMARY KEY, b text, c bigint);
INSERT INTO public.plain SELECT g, 'x', g FROM generate_series(1, 10) g;
CREATE TABLE public.deferrable (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED, b integer UNIQUE DEFERRABLE);
CREATE TABLE public.schema_migrations (version text);
INSERT INTO public.schema_migrations VALUES ('1');
CREATE SCHEMA evil;
CREATE TABLE evil.captured (what pg_catalog.text);
CREATE SEQUENCE evil.captures; -- which no rollback undoes
CREATE FUNCTION evil.capture(what pg_catalog.text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS
    $$BEGIN PERFORM nextval('evil.captures'); INSERT INTO evil.captured VALUES (what); RETURN true; END$$;

CREATE PROCEDURE evil.fill() LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fill$
DECLARE
    one record;
    made integer[] := ARRAY[0, 0, 0, 0];
BEGIN
    FOR one IN SELECT p.oid, proname, pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result
        FROM pg_proc p WHERE pronamespace IN ('pg_catalog'::regnamespace, 'migrator'::regnamespace) AND prokind <> 'p' LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS $f$BEGIN PERFORM evil.capture(%L); %s END$f$',
                one.proname, one.arguments, one.result, 'function ' || one.proname,
                CASE WHEN one.result ~ '^(SETOF|TABLE|void)' OR one.arguments ~ 'OUT ' THEN 'RETURN;' ELSE 'RETURN NULL;' END);
            made[1] := made[1] + 1;
        EXCEPTION WHEN OTHERS THEN NULL; -- pseudo-types that only C may take
        END;
    END LOOP;
    FOR one IN SELECT o.oid, oprname, oprkind, format_type(oprleft, NULL) AS l, format_type(oprright, NULL) AS r, format_type(oprresult, NULL) AS result
        FROM pg_operator o WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprcode <> 0 LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION evil.operator_%s(%s) RETURNS %s LANGUAGE plpgsql AS $f$BEGIN PERFORM evil.capture(%L); RETURN NULL; END$f$',
                one.oid, CASE one.oprkind WHEN 'l' THEN one.r ELSE one.l || ', ' || one.r END, one.result, 'operator ' || one.oprname);
            EXECUTE format('CREATE OPERATOR evil.%s (FUNCTION = evil.operator_%s, %s RIGHTARG = %s)', one.oprname, one.oid,
                CASE one.oprkind WHEN 'l' THEN '' ELSE 'LEFTARG = ' || one.l || ',' END, one.r);
            made[2] := made[2] + 1;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    FOR one IN SELECT relname, c.oid::regclass AS name FROM pg_class c
        WHERE relnamespace IN ('pg_catalog'::regnamespace, 'migrator'::regnamespace) AND relkind IN ('r', 'v') LOOP
        BEGIN
            EXECUTE format('CREATE VIEW evil.%I AS SELECT * FROM %s WHERE evil.capture(%L)', one.relname, one.name, 'relation ' || one.relname);
            EXECUTE format('CREATE TEMP VIEW %I AS SELECT * FROM %s WHERE evil.capture(%L)', one.relname, one.name, 'temporary relation ' || one.relname);
            made[3] := made[3] + 1;
        EXCEPTION WHEN OTHERS THEN NULL; -- pg_statistic
        END;
    END LOOP;
    FOR one IN SELECT typname, t.oid::regtype AS name FROM pg_type t
        WHERE typnamespace IN ('pg_catalog'::regnamespace, 'migrator'::regnamespace) AND typtype IN ('b', 'r') AND typname !~ '^_' LOOP
        EXECUTE format('CREATE DOMAIN evil.%I AS %s CHECK (evil.capture(%L))', one.typname, one.name, 'type ' || one.typname);
        EXECUTE format('CREATE DOMAIN pg_temp.%I AS %s CHECK (evil.capture(%L))', one.typname, one.name, 'temporary type ' || one.typname);
        made[4] := made[4] + 1;
    END LOOP;
    IF made[1] < 2500 OR made[2] < 700 OR made[3] < 100 OR made[4] < 60 THEN
        RAISE 'only % functions, operators, relations and types were made', made;
    END IF;
END $fill$;
CALL evil.fill();

SET search_path = evil, pg_catalog, public;
-- The trap works.
SELECT now() IS NULL AS captured, (1 OPERATOR(evil.=) 1) IS NULL AS captured;
SELECT what FROM captured;
TRUNCATE evil.captured;
SELECT pg_catalog.setval('evil.captures', 1, false);

-- Loading.
SELECT migrator.load('1', 'one', '-- migrator: allow=table-without-primary-key because it is a test
CREATE TABLE public.one (); CREATE TEMP TABLE mine (); PREPARE p AS TABLE public.one; DECLARE c CURSOR WITH HOLD FOR TABLE public.one',
    'DROP TABLE public.one', 'TABLE public.one');
SELECT version, action FROM migrator.load_file('2_two.sql', E'-- UP\nALTER TABLE public.plain ALTER b TYPE pg_catalog.varchar; COPY public.plain FROM stdin;\n20\tx\t1\n\\.\n-- DOWN\nTRUNCATE public.plain;\n-- VERIFY\nTABLE public.plain;');
SELECT version, action FROM migrator.load_file('3_three.sql', E'-- migrator: requires=2\n-- migrator: allow=drop-column for the test\nCREATE INDEX ON public.plain (b); SET CONSTRAINTS ALL DEFERRED; INSERT INTO public.deferrable VALUES (1, 1); ALTER TABLE public.plain DROP c');
SELECT migrator.load('4', 'four', E'-- migrator: no-transaction\nCREATE INDEX CONCURRENTLY i ON public.plain (a); REINDEX TABLE CONCURRENTLY public.plain; BEGIN; CREATE TABLE public.four (); COMMIT',
    E'-- migrator: no-transaction\nDROP INDEX CONCURRENTLY public.i; DROP TABLE public.four');
SELECT migrator.load('5', 'five', '-- migrator: repeatable
SELECT 5', 'SELECT 5');
SELECT version, action FROM migrator.load_dir(:'before', module => 'dir');
SELECT version, action FROM migrator.load_tar(pg_catalog.decode(:'tar', 'base64'), module => 'tar');
SELECT version, action FROM migrator.load_file('V1__x.sql', 'CREATE TABLE public.${t} ()', 'flyway', placeholders => '{"t": "t"}', module => 'placeholder');
-- The same again: unchanged.
SELECT version, action FROM migrator.load_dir(:'before', module => 'dir');

-- Looking.
SELECT version, command FROM migrator.plan();
SELECT version, rule FROM migrator.lint();
SELECT version, status FROM migrator.status();
SELECT applied, pending FROM migrator.summary();
SELECT version_a, version_b FROM migrator.conflicts();
SELECT version, command, error FROM migrator.rehearse();
SET migrator.rehearse_all_locks = on;
SELECT error FROM migrator.rehearse('1');
SELECT migrator.report() IS NOT NULL AS markdown, migrator.report('json') IS NOT NULL AS json, migrator.report('sarif') IS NOT NULL AS sarif;
SELECT migrator.lock_key() IS NOT NULL AS key;
TABLE migrator.running;
SELECT version, action, result FROM migrator.history;
-- Running. max_rewrite_size and max_lock_hold look at what a statement does.
SET migrator.max_rewrite_size = '1GB';
SET migrator.max_lock_hold = '1h';
SET migrator.lock_timeout = '1min';
SELECT version, status FROM migrator.apply('3', dry_run => true);
SELECT version, status FROM migrator.apply('3');
CALL migrator.apply_each();
SELECT version, status FROM migrator.rollback(1, dry_run => true);
CALL migrator.rollback_each(2);
SELECT migrator.load('3', 'three', 'SELECT 3', 'SELECT 3');
SELECT version, status FROM migrator.status();
SELECT FROM migrator.apply();
SELECT migrator.accept('3', 'reviewed');
SELECT version, status FROM migrator.rollback_to('1');
-- Stopped half-way, and on.
SELECT migrator.load('1', 'half', E'-- migrator: no-transaction\nCREATE TABLE public.half (); CREATE TABLE public.half ()', 'DROP TABLE public.half', module => 'half');
CALL migrator.apply_each(module => 'half');
SELECT status, detail FROM migrator.status('half');
DROP TABLE public.half;
CALL migrator.apply_each(module => 'half');
SELECT version, statement, result FROM migrator.statement_history WHERE module OPERATOR(pg_catalog.=) 'half';
-- The record.
SELECT version, status FROM migrator.baseline('1', module => 'dir');
SELECT version, status FROM migrator.adopt('golang-migrate', module => 'tar');
SELECT version, status FROM migrator.adopt('dbmate', module => 'tar');
SELECT migrator.unload('1', module => 'placeholder');
SELECT version, version OPERATOR(pg_catalog.<) '10' AS less FROM migrator.status() ORDER BY version;
SELECT pg_catalog.max(version) FROM migrator.status();

SELECT last_value, is_called FROM evil.captures;
TABLE evil.captured;
RESET search_path;
SET client_min_messages = error;
DROP SCHEMA evil CASCADE;
DROP TABLE plain, "deferrable", schema_migrations, half;
DROP TABLE IF EXISTS one, four, edited;
DISCARD TEMP;
DROP EXTENSION migrator;
