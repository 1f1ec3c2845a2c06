-- Names with quotes, backslashes, dollars, percent signs, line ends and statements in them, of roles, schemas, tables,
-- columns, indexes, constraints, types and files: each call says and does the same as with plain ones.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
\set evil 'x"; DROP TABLE public.victim; --''\\ $$ %s %n {} /* \t'
CREATE TABLE public.victim ();
CREATE ROLE :"evil" SUPERUSER;
CREATE SCHEMA :"evil";
SET search_path = :"evil";
SET ROLE :"evil";
CREATE TABLE :"evil" (:"evil" varchar(9), n integer, CONSTRAINT "c%s""$$" UNIQUE (n) DEFERRABLE);
INSERT INTO :"evil" VALUES ('long', 1), ('long', 2);
CREATE INDEX "i%s""$$" ON :"evil" (n);
CREATE VIEW "v%s""$$" AS TABLE :"evil";
CREATE TYPE "t%s""$$" AS ENUM ('a');
CREATE TABLE schema_migrations (version text);
INSERT INTO schema_migrations VALUES ('5');
SELECT format('ALTER TABLE %1$I ALTER %1$I TYPE varchar(3); CREATE UNIQUE INDEX ON %1$I (%1$I); ALTER TABLE %1$I DROP CONSTRAINT "c%%s""$$";
    DROP INDEX "i%%s""$$"; ALTER TYPE "t%%s""$$" RENAME TO x; TRUNCATE %1$I; DROP TABLE %1$I CASCADE', :'evil') AS body,
    format(E'-- migrator: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY "u%%s""$$" ON %1$I (%1$I); REINDEX TABLE CONCURRENTLY %1$I', :'evil') AS concurrently,
    format('ALTER TABLE %1$I RENAME TO "r%%s""$$"', :'evil') AS renaming,
    format('SET CONSTRAINTS %1$I."c%%s""$$" DEFERRED; SELECT 1', :'evil') AS deferring \gset
\pset format unaligned
SELECT migrator.load('1', 'O''Reilly "x" \ %s', :'body', module => :'evil');
SELECT action, source FROM migrator.load_file('2_"$$\%s''.sql', :'renaming', module => :'evil');
SELECT statement, rule, strpos(message, quote_ident(:'evil')) > 0 AS quoted FROM migrator.lint(module => :'evil');
SELECT version_a, version_b, object FROM migrator.conflicts(:'evil');
SELECT statement, command, error, locks, objects FROM migrator.rehearse('1', module => :'evil');
SELECT r::jsonb ->> 'module', r::jsonb #>> '{migrations,1,source}' FROM migrator.report('json', module => :'evil', source_root => 'a"\b%s') r;
SELECT jsonb_typeof(r::jsonb) FROM migrator.report('sarif', module => :'evil', source_root => 'a"\b%s') r;
SELECT migrator.unload('1', module => :'evil'), migrator.unload('2', module => :'evil');
-- Repairs are statements made of such names.
SELECT migrator.load('3', 'x', :'concurrently', module => :'evil');
SET migrator.on_hazard = 'ignore';
CALL migrator.apply_each(module => :'evil');
UPDATE :"evil" SET :"evil" = n;
CALL migrator.apply_each(module => :'evil');
SELECT c.oid::regclass, indisvalid FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE relname LIKE 'u%';
SELECT migrator.load('4', 'x', :'deferring', module => :'evil');
SELECT version, status FROM migrator.apply(module => :'evil');
SELECT applied_by FROM migrator.status(:'evil');
-- Another tool's table, in such a schema.
SELECT migrator.load('5', 'x', 'SELECT 5', module => :'evil');
SELECT version, status FROM migrator.adopt('dbmate', module => :'evil');
SELECT reason FROM migrator.history WHERE action = 'adopt';
SELECT version, status FROM migrator.adopt(format('%I.schema_migrations', :'evil'), module => :'evil');
SELECT version, status FROM migrator.adopt('dbmate:x''; DROP TABLE public.victim; --', module => :'evil');
-- Bodies that end something of ours before their time.
SELECT migrator.load('1', 'x', '/* unended', module => 'bodies');
SELECT migrator.load('1', 'x', '''unended', module => 'bodies');
SELECT migrator.load('1', 'x', '$$ unended', module => 'bodies');
SELECT migrator.load('1', 'x', '"unended', module => 'bodies');
SELECT migrator.load('1', 'x', body, module => 'bodies' || n) FROM (VALUES (1, '-- */ '), (2, 'SELECT $x$ $$ '' " */ -- $x$'), (3, '; ; ;'), (4, 'SELECT 1; -- '''),
    (5, 'SELECT 1' || chr(12))) v (n, body);
SELECT count(*) FROM generate_series(1, 5) n, migrator.apply(module => 'bodies' || n);
-- What a session may set so that SQL reads otherwise.
DO $$ BEGIN
    IF current_setting('server_version_num')::int < 190000 THEN -- which has one way alone
        SET standard_conforming_strings = off;
        SET escape_string_warning = off;
    END IF;
END $$;
SET backslash_quote = on;
SET quote_all_identifiers = on;
SET transform_null_equals = on;
SET array_nulls = off;
SET IntervalStyle = 'iso_8601';
SET DateStyle = 'German, DMY';
SET bytea_output = 'escape';
SET extra_float_digits = -15;
SET xmlbinary = 'hex';
SELECT migrator.load('1', 'x', '-- migrator: no-transaction
CREATE TABLE s (a text); CREATE INDEX CONCURRENTLY si ON s (a)', 'DROP TABLE s', module => 's');
SELECT count(*) FROM migrator.lint(module => 's');
SELECT count(*) FROM migrator.rehearse(module => 's');
CALL migrator.apply_each(module => 's');
SELECT version, status FROM migrator.rollback(module => 's');
SELECT count(*) FROM migrator.history WHERE module = 's' AND started_at <= finished_at AND execution_time_ms >= 0;
RESET ALL;
SELECT count(*) FROM public.victim;
RESET ROLE;
SET client_min_messages = error;
DROP EXTENSION migrator;
DROP OWNED BY :"evil" CASCADE;
DROP SCHEMA :"evil" CASCADE;
DROP ROLE :"evil";
DROP TABLE public.victim;
