-- lint(): what breaks running programs.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
CREATE TYPE app.state AS ENUM ('new', 'old');
CREATE TABLE app.users (id bigint PRIMARY KEY, name text, email varchar(40), state app.state, n integer, filled text, CONSTRAINT filled_is CHECK (filled IS NOT NULL));
INSERT INTO app.users SELECT i, 'name' || i % 50, CASE WHEN i % 2 = 0 THEN 'm' || i END, 'new', i, 'x' FROM generate_series(1, 100) i;
CREATE TABLE app.large (id bigint PRIMARY KEY, kind text, part text, code text);
INSERT INTO app.large SELECT i, 'k' || i % 10, CASE WHEN i % 10 > 0 THEN 'p' END, 'c' || i FROM generate_series(1, 20000) i;
CREATE TABLE app.empty (id bigint PRIMARY KEY, x integer);
CREATE TABLE app.emptied (id bigint PRIMARY KEY, x integer);
INSERT INTO app.emptied VALUES (1);
DELETE FROM app.emptied;
CREATE VIEW app.names AS SELECT id, name FROM app.users;
CREATE FUNCTION app.greet(who bigint) RETURNS text LANGUAGE plpgsql STABLE AS 'BEGIN /* of one */ RETURN (SELECT u.name FROM app.users u WHERE u.id = who); /* user */ END';
CREATE FUNCTION app.of_empty() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM app.empty -- not app.large';
CREATE FUNCTION app.squash(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS 'SELECT lower(t)';
CREATE FUNCTION app.guard() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT 1';
CREATE FUNCTION app.plain(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE INDEX users_squash ON app.users (app.squash(name));
CREATE TABLE app.made (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int DEFAULT 3);
CREATE SCHEMA lonely;
CREATE SEQUENCE app.numbers;
VACUUM ANALYZE;
SELECT pg_stat_force_next_flush();
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text, expected text[]);
CREATE FUNCTION found(body text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE result text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT array_agg(rule || ' ' || severity ORDER BY statement, rule) INTO result FROM migrator.lint(module => 'case')
    WHERE rule IN ('rename-table', 'rename-column', 'rename-schema', 'rename-type', 'rename-enum-value', 'rename-function', 'set-schema', 'change-type', 'add-not-null-column', 'set-not-null-of-nulls', 'unique-of-duplicates', 'function-attributes', 'function-of-index', 'overload-left-behind', 'refused-by-plan');
    PERFORM migrator.unload('1', module => 'case');
    RETURN coalesce(result, '{}');
END $$;
INSERT INTO cases (body, expected) VALUES
    -- renames
    ('ALTER TABLE app.users RENAME TO people', '{rename-table warning}'),
    ('ALTER TABLE app.users RENAME TO people; CREATE VIEW app.users AS SELECT * FROM app.people', '{}'),
    ('ALTER TABLE app.empty RENAME TO void', '{rename-table warning}'), -- a function names it
    ('ALTER TABLE lonely.nothing RENAME TO x', '{}'),
    ('CREATE TABLE app.t (x int); ALTER TABLE app.t RENAME TO u; ALTER TABLE app.u RENAME x TO y', '{}'),
    ('ALTER VIEW app.names RENAME TO labels', '{rename-table warning}'),
    ('ALTER SEQUENCE app.numbers RENAME TO digits', '{rename-table warning}'),
    ('ALTER TABLE app.users RENAME name TO label', '{rename-column warning}'),
    ('ALTER TABLE app.users RENAME COLUMN n TO number', '{rename-column warning}'),
    ('ALTER TABLE app.empty RENAME x TO y; DROP FUNCTION app.of_empty()', '{}'),
    ('ALTER TABLE app.users ADD COLUMN fresh int; ALTER TABLE app.users RENAME fresh TO newer', '{}'),
    ('ALTER TABLE app.users RENAME CONSTRAINT filled_is TO filled', '{}'),
    ('ALTER INDEX app.users_squash RENAME TO users_lower', '{}'),
    ('ALTER SCHEMA app RENAME TO program', '{rename-schema warning}'),
    ('ALTER SCHEMA lonely RENAME TO alone', '{}'),
    ('ALTER TYPE app.state RENAME TO status', '{rename-type warning}'),
    ('ALTER TYPE app.state RENAME VALUE ''old'' TO ''ancient''', '{rename-enum-value warning}'),
    ('CREATE TYPE app.fresh AS ENUM (''a''); ALTER TYPE app.fresh RENAME VALUE ''a'' TO ''b''', '{}'),
    ('ALTER FUNCTION app.greet(bigint) RENAME TO salute', '{rename-function warning}'),
    ('ALTER FUNCTION app.greet RENAME TO salute; CREATE FUNCTION app.greet(who bigint) RETURNS text RETURN app.salute(who)', '{}'),
    ('ALTER TABLE app.users SET SCHEMA lonely', '{set-schema warning}'),
    ('ALTER TABLE app.users SET SCHEMA lonely; CREATE VIEW app.users AS SELECT * FROM lonely.users', '{}'),
    -- types
    ('ALTER TABLE app.users ALTER COLUMN name TYPE varchar(90)', '{change-type error}'), -- a view has it
    ('DROP VIEW app.names; ALTER TABLE app.users ALTER COLUMN name TYPE varchar(90)', '{change-type info}'),
    ('ALTER TABLE app.users ALTER COLUMN email TYPE varchar(60)', '{}'),
    ('ALTER TABLE app.made ALTER COLUMN a TYPE bigint', '{change-type error}'), -- a generated column has it
    ('ALTER TABLE app.made ALTER COLUMN c TYPE bigint', '{change-type info}'),
    ('ALTER TABLE app.users ALTER COLUMN email TYPE text', '{}'),
    ('ALTER TABLE app.users ALTER COLUMN n TYPE bigint', '{change-type info}'),
    ('ALTER TABLE app.users ALTER COLUMN n TYPE integer', '{}'),
    ('CREATE TABLE app.t (x int); ALTER TABLE app.t ALTER x TYPE bigint', '{}'),
    -- NOT NULL
    ('ALTER TABLE app.users ADD COLUMN must text NOT NULL', '{add-not-null-column error}'),
    ('ALTER TABLE app.users ADD COLUMN must text NOT NULL DEFAULT ''''', '{}'),
    ('ALTER TABLE app.users ADD COLUMN must bigint GENERATED ALWAYS AS IDENTITY', '{}'),
    ('ALTER TABLE app.users ADD COLUMN may text', '{}'),
    ('ALTER TABLE app.empty ADD COLUMN must text NOT NULL', '{}'),
    ('ALTER TABLE app.emptied ADD COLUMN must text NOT NULL', '{add-not-null-column warning}'),
    ('CREATE TABLE app.t (x int); ALTER TABLE app.t ADD COLUMN must text NOT NULL', '{}'),
    ('ALTER TABLE app.users ALTER COLUMN email SET NOT NULL', '{set-not-null-of-nulls error}'),
    ('UPDATE app.users SET email = '''' WHERE email IS NULL; ALTER TABLE app.users ALTER COLUMN email SET NOT NULL', '{}'),
    ('ALTER TABLE app.users ALTER COLUMN name SET NOT NULL', '{}'),
    ('ALTER TABLE app.users ALTER COLUMN filled SET NOT NULL', '{}'),
    ('ALTER TABLE app.large ALTER COLUMN part SET NOT NULL', '{set-not-null-of-nulls error}'),
    ('ALTER TABLE app.large ALTER COLUMN kind SET NOT NULL', '{}'),
    -- what rows break
    ('ALTER TABLE app.users ADD UNIQUE (name)', '{unique-of-duplicates error}'),
    ('ALTER TABLE app.users ADD UNIQUE (n)', '{}'),
    ('ALTER TABLE app.users ADD UNIQUE (email)', '{}'),
    ('ALTER TABLE app.users ADD UNIQUE (name, n)', '{}'),
    ('ALTER TABLE app.users ADD UNIQUE (name, state)', '{unique-of-duplicates error}'),
    ('CREATE UNIQUE INDEX ON app.users (name)', '{unique-of-duplicates error}'),
    ('CREATE UNIQUE INDEX ON app.users (name) WHERE n > 50', '{}'),
    ('CREATE UNIQUE INDEX ON app.users (lower(name))', '{}'),
    ('CREATE INDEX ON app.users (name)', '{}'),
    ('CREATE UNIQUE INDEX ON app.large (kind)', '{unique-of-duplicates error}'),
    ('CREATE UNIQUE INDEX ON app.large (code)', '{}'),
    ('DELETE FROM app.users WHERE n > 50; CREATE UNIQUE INDEX ON app.users (name)', '{}'),
    -- functions
    ('CREATE OR REPLACE FUNCTION app.squash(t text) RETURNS text LANGUAGE sql AS ''SELECT lower(t)''', '{function-attributes warning}'),
    ('CREATE OR REPLACE FUNCTION app.squash(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS ''SELECT lower(t)''', '{}'),
    ('CREATE OR REPLACE FUNCTION app.squash(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS ''SELECT upper(t)''', '{function-of-index warning}'),
    ('CREATE OR REPLACE FUNCTION app.guard() RETURNS integer LANGUAGE sql SET search_path = pg_catalog AS ''SELECT 1''', '{function-attributes warning}'),
    ('CREATE OR REPLACE FUNCTION app.plain(a integer) RETURNS integer LANGUAGE sql AS ''SELECT a + 1''', '{}'),
    ('CREATE OR REPLACE FUNCTION app.plain(a integer, b integer) RETURNS integer LANGUAGE sql AS ''SELECT a + b''', '{overload-left-behind warning}'),
    ('CREATE OR REPLACE FUNCTION app.plain(a bigint) RETURNS integer LANGUAGE sql AS ''SELECT 1''; DROP FUNCTION app.plain(integer)', '{}'),
    ('CREATE FUNCTION app.plain(a integer, b integer) RETURNS integer LANGUAGE sql AS ''SELECT a + b''', '{}'),
    ('CREATE OR REPLACE FUNCTION app.fresh() RETURNS integer LANGUAGE sql AS ''SELECT 1''', '{}');
-- Missed, or a false alarm:
SELECT body, expected, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE expected <> found;
SELECT count(*) FROM cases;
-- What is said.
\pset format unaligned
SELECT migrator.load('1', 'a', 'ALTER TABLE app.users RENAME name TO label; ALTER TABLE app.users ALTER email SET NOT NULL; ALTER TABLE app.large ALTER part SET NOT NULL;
CREATE UNIQUE INDEX ON app.large (kind); ALTER TYPE app.state RENAME VALUE ''old'' TO ''ancient''; CREATE OR REPLACE FUNCTION app.squash(t text) RETURNS text LANGUAGE sql AS ''SELECT upper(t)'';
CREATE OR REPLACE FUNCTION app.plain(a integer, b integer) RETURNS integer LANGUAGE sql AS ''SELECT a + b''; ALTER TABLE app.users RENAME TO people; ALTER TABLE app.people ALTER n TYPE bigint', module => 'said');
SELECT rule, severity, regexp_replace(message, '\((\d[\d,.]* (?:million )?rows?), \d+ [kMG]B\)', '(\1)', 'g') AS message, hint FROM migrator.lint(module => 'said') WHERE rule ~ '^(rename|set-|change|add-not|unique|function|overload)' AND rule !~ 'scans';
DROP FUNCTION found;
DROP TABLE cases;
DROP SCHEMA app CASCADE;
DROP SCHEMA lonely;
DROP EXTENSION migrator;
