-- adopt() executes nothing of whoever made the table, for nobody: neither what its types, casts, indexes, constraints,
-- statistics and policies have, nor what stands in its name.
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION migrator;
CREATE ROLE adopt_evil;
CREATE ROLE adopt_dba;
GRANT USAGE ON SCHEMA migrator TO adopt_dba;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO adopt_dba;
CREATE SCHEMA evil AUTHORIZATION adopt_evil;
GRANT USAGE ON SCHEMA evil TO PUBLIC;
CREATE FUNCTION public.load_one(module text) RETURNS text LANGUAGE sql AS $$ SELECT migrator.load('1', 'a', 'SELECT 1', module => module) $$;
GRANT EXECUTE ON FUNCTION load_one TO PUBLIC;

-- Says that it was executed where no rollback undoes it.
SET ROLE adopt_evil;
CREATE SEQUENCE evil.executed;
GRANT ALL ON SEQUENCE evil.executed TO PUBLIC;
CREATE FUNCTION evil.run(anyelement) RETURNS anyelement LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM nextval('evil.executed'); RETURN $1; END $$;
CREATE FUNCTION evil.always() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM nextval('evil.executed'); RETURN true; END $$;
CREATE TYPE evil.en AS ENUM ('a');
CREATE FUNCTION evil.en_text(evil.en) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('evil.executed'); RETURN 'a'; END $$;
CREATE CAST (evil.en AS text) WITH FUNCTION evil.en_text(evil.en) AS IMPLICIT;
CREATE DOMAIN evil.words AS text CHECK (evil.run(VALUE) IS NOT NULL);
CREATE TYPE evil.pair AS (a int, b evil.words);
-- A history of Flyway as one would make it.
CREATE PROCEDURE evil.make(description text, more text DEFAULT '') LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS evil.flyway_schema_history CASCADE');
    EXECUTE format('CREATE TABLE evil.flyway_schema_history (installed_rank int, version text, description %s, type text, script text,
        installed_on timestamptz, installed_by text, execution_time int, success boolean %s)', description, more);
    INSERT INTO evil.flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', '2026-01-02 03:04:05+00', 'x', 1, true);
    GRANT SELECT ON evil.flyway_schema_history TO PUBLIC;
END $$;
RESET ROLE;
-- Both who may much and who may all.
CREATE FUNCTION public.adopt_as(who text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text; before bigint := nextval('evil.executed'); module text := 'm' || before;
BEGIN
    PERFORM set_config('role', who, true);
    PERFORM load_one(module);
    BEGIN
        SELECT string_agg(status, ', ') INTO result FROM migrator.adopt('flyway', module);
    EXCEPTION WHEN OTHERS THEN
        result := SQLSTATE || ' ' || SQLERRM;
    END;
    RESET ROLE;
    RETURN result || CASE WHEN nextval('evil.executed') = before + 1 THEN '' ELSE ', and something was executed' END;
END $$;
\set adopt 'SELECT who || '': '' || adopt_as(who) FROM unnest(ARRAY[''none'', ''adopt_dba'']) who;'

CALL evil.make('text');
:adopt
-- Types that are not the server's, in a column that is read and in one that no tool has.
CALL evil.make('evil.en');
:adopt
CALL evil.make('evil.words');
:adopt
CALL evil.make('text', ', more evil.en DEFAULT ''a''');
:adopt
CALL evil.make('text', ', more evil.words[]');
:adopt
CALL evil.make('text', ', more evil.pair');
:adopt
CALL evil.make('text', ', more pg_class');
:adopt
-- A column that was dropped is no column.
CALL evil.make('text', ', more evil.en DEFAULT ''a''');
ALTER TABLE evil.flyway_schema_history DROP more;
:adopt
-- What the planner would compute: of indexes, constraints, statistics, of children, of policies.
CALL evil.make('text');
CREATE INDEX ON evil.flyway_schema_history (evil.run(success)) WHERE evil.always();
CREATE INDEX ON evil.flyway_schema_history (success) WHERE evil.run(version) = '1';
CREATE STATISTICS evil.s ON (evil.run(version)), success FROM evil.flyway_schema_history;
ALTER TABLE evil.flyway_schema_history ADD CHECK (evil.always() AND evil.run(success));
ANALYZE evil.flyway_schema_history;
SET constraint_exclusion = on;
:adopt
RESET constraint_exclusion;
CALL evil.make('text', ', more text GENERATED ALWAYS AS (evil.run(''x''::text)) STORED');
:adopt
CALL evil.make('text');
CREATE TABLE evil.child (CHECK (evil.always())) INHERITS (evil.flyway_schema_history);
INSERT INTO evil.child VALUES (2, '2', 'b', 'SQL', 'V2__b.sql', now(), 'x', 1, true);
:adopt
CALL evil.make('text');
ALTER TABLE evil.flyway_schema_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON evil.flyway_schema_history USING (evil.always());
:adopt
ALTER TABLE evil.flyway_schema_history FORCE ROW LEVEL SECURITY;
:adopt
-- What has no rows of its own.
DROP TABLE evil.flyway_schema_history;
CREATE VIEW evil.flyway_schema_history AS SELECT 1 AS installed_rank, evil.run('1'::text) AS version, 'a'::text AS description, 'SQL'::text AS type,
    'V1__a.sql'::text AS script, now() AS installed_on, 'x'::text AS installed_by, 1 AS execution_time, true AS success;
:adopt
DROP VIEW evil.flyway_schema_history;
CREATE TABLE evil.flyway_schema_history (installed_rank int, version text, description text, type text, script text, installed_on timestamptz,
    installed_by text, execution_time int, success boolean) PARTITION BY LIST (evil.run(version));
CREATE TABLE evil.part PARTITION OF evil.flyway_schema_history DEFAULT;
:adopt
-- Who may not read it does not, by whichever way.
CALL evil.make('text');
REVOKE SELECT ON evil.flyway_schema_history FROM PUBLIC;
:adopt
GRANT SELECT (installed_rank, version) ON evil.flyway_schema_history TO adopt_dba;
:adopt
GRANT SELECT (description, type, script, installed_on, installed_by, execution_time, success) ON evil.flyway_schema_history TO adopt_dba;
:adopt
REVOKE USAGE ON SCHEMA evil FROM PUBLIC;
GRANT USAGE ON SCHEMA evil TO adopt_evil;
CREATE OR REPLACE FUNCTION public.adopt_as(who text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('role', who, true);
    PERFORM migrator.adopt('flyway', 'nothing');
    RETURN 'read';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT adopt_as('adopt_dba');
RESET ROLE;

-- Every type that such tables have, whatever the session's settings.
SET DateStyle = 'SQL, DMY';
SET TimeZone = 'America/St_Johns';
SET extra_float_digits = -10;
SET IntervalStyle = 'sql_standard';
DROP TABLE evil.flyway_schema_history;
CREATE TABLE evil.flyway_schema_history (installed_rank int, version varchar(50), description char(200), type varchar(20), script varchar(1000),
    installed_on timestamp DEFAULT now(), installed_by name, execution_time numeric, success boolean, checksum int, "odd ""name" "char", at interval,
    list text[], bits bit(3), half float8, document jsonb, address inet, span tstzrange);
INSERT INTO evil.flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', '03-02-2026 14:05:06.789', 'somebody', 12.5, true, NULL, 'c', '1 day', '{a,NULL,"b c"}',
    '101', 0.1, '{"a": 1}', '10.0.0.0/8', '[,]');
SELECT load_one('types');
SELECT version, status, applied_at AT TIME ZONE 'America/St_Johns' FROM migrator.adopt('flyway', 'types');
SELECT execution_time_ms, run_by FROM migrator.history WHERE module = 'types';

RESET ALL;
SET client_min_messages = error;
DROP FUNCTION adopt_as, load_one;
DROP OWNED BY adopt_evil, adopt_dba CASCADE;
DROP EXTENSION migrator;
DROP ROLE adopt_evil, adopt_dba;
