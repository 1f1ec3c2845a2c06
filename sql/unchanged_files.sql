-- load_dir(), load_tar(): files that were loaded before, and would be read as they were then, are not read again.
SET client_min_messages = warning;
\set VERBOSITY terse
\pset null -
CREATE EXTENSION migrator;
\getenv files PG_ABS_SRCDIR
\set archive :files /test/psql/archive.sql
\set ECHO none
\i :archive
-- Loads `path|content` each. All that is stored is spoilt before: who reads a file again finds it changed.
CREATE FUNCTION load(files text[], convention text DEFAULT 'auto', placeholders jsonb DEFAULT '{}', module text DEFAULT 'main')
    RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE migrator.migration SET up = up || ' ';
    RETURN QUERY SELECT concat_ws('|', l.version, l.name, l.action, l.source, l.reason)
        FROM migrator.load_tar((SELECT string_agg(entry(split_part(f, '|', 1), substr(f, strpos(f, '|') + 1)), '') || zeros(1024)
                                FROM unnest(files) f), convention, placeholders, module) l;
END $$;

-- Known again; of several files, the one that was edited is read. The names, the order and what is not taken are told as ever.
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|SELECT 2","10_c.sql|SELECT 10","x.sql|SELECT 0"}');
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|SELECT 2","10_c.sql|SELECT 10","x.sql|SELECT 0"}');
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|SELECT 3","10_c.sql|SELECT 10","11_d.sql|SELECT 11"}');
-- White space and comments change the bytes.
SELECT load(E'{"1_a.sql|SELECT 1 -- x","2_b.sql|SELECT 3\n","10_c.sql|SELECT 10"}');
-- By another name, in another place: another migration or another source.
SELECT load(E'{"1_other.sql|SELECT 1 -- x","sub/2_b.sql|SELECT 3\n","010_c.sql|SELECT 10"}');
SELECT load(E'{"1_other.sql|SELECT 1 -- x","sub/2_b.sql|SELECT 3\n","010_c.sql|SELECT 10"}');
-- Contents that have changed places.
SELECT load(E'{"1_other.sql|SELECT 3\n","sub/2_b.sql|SELECT 1 -- x"}');
-- Other modules know nothing of it.
SELECT load(E'{"1_other.sql|SELECT 3\n"}', module => 'other');

-- What is recognized and what is named is the same; another convention reads otherwise.
SELECT load(E'{"20260101000000_a.sql|-- migrator: allow=marker for yoyo\n-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2"}', module => 'named');
SELECT load(E'{"20260101000000_a.sql|-- migrator: allow=marker for yoyo\n-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2"}', 'dbmate', module => 'named');
SELECT load(E'{"20260101000000_a.sql|-- migrator: allow=marker for yoyo\n-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2"}', 'yoyo', module => 'named');
SELECT up, down FROM migrator.migration WHERE module = 'named';
-- Also where it was named first.
SELECT load(E'{"20260101000000_a.sql|-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2"}', 'dbmate', module => 'first');
SELECT load(E'{"20260101000000_a.sql|-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2"}', module => 'first');
SELECT load_key LIKE '%/_%.' FROM migrator.migration WHERE module = 'first';
-- A file of another tool beside them is seen as ever.
SELECT load(E'{"20260101000000_a.sql|-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2","20260101000001_b.sql|-- +goose Up\nSELECT 1;"}', module => 'first');
SELECT load(E'{"20260101000000_a.sql|-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2"}', module => 'first');
-- And where it is the file itself that is of another tool now.
SELECT load(E'{"20260101000000_a.sql|-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2"}', module => 'first');
SELECT up, down FROM migrator.migration WHERE module = 'first';

-- A down file alone.
SELECT load(E'{"1_a.up.sql|SELECT 1","1_a.down.sql|SELECT 2","2_b.up.sql|SELECT 1","2_b.down.sql|SELECT 2"}', module => 'pairs');
SELECT load(E'{"1_a.up.sql|SELECT 1","1_a.down.sql|SELECT 2","2_b.up.sql|SELECT 1","2_b.down.sql|SELECT 3"}', module => 'pairs');
SELECT version, down, reversible FROM migrator.migration WHERE module = 'pairs' ORDER BY version;
SELECT load(E'{"1_a.up.sql|SELECT 1","2_b.up.sql|SELECT 1","2_b.down.sql|SELECT 3"}', module => 'pairs');
SELECT version, down, reversible FROM migrator.migration WHERE module = 'pairs' ORDER BY version;

-- Placeholders.
SELECT load(E'{"V1__a.sql|SELECT ''${x}''"}', placeholders => '{"x": "1"}', module => 'placeholders');
SELECT load(E'{"V1__a.sql|SELECT ''${x}''"}', placeholders => '{"x": "1"}', module => 'placeholders');
SELECT load(E'{"V1__a.sql|SELECT ''${x}''"}', placeholders => '{"x": "2"}', module => 'placeholders');
SELECT load(E'{"V1__a.sql|SELECT ''${x}''"}', placeholders => '{"x": "2", "y": "3"}', module => 'placeholders');
SELECT up FROM migrator.migration WHERE module = 'placeholders';
SELECT load(E'{"V1__a.sql|SELECT ''${x}''"}', module => 'placeholders');

-- A settings file beside it.
SELECT load(E'{"V1__a.sql|SELECT 1"}', module => 'settings');
SELECT load(E'{"V1__a.sql|SELECT 1","V1__a.sql.conf|executeInTransaction=false"}', module => 'settings');
SELECT up_directives FROM migrator.migration WHERE module = 'settings';
SELECT load(E'{"V1__a.sql|SELECT 1","V1__a.sql.conf|executeInTransaction=false"}', module => 'settings');
SELECT load(E'{"V1__a.sql|SELECT 1","V1__a.sql.conf|executeInTransaction=true"}', module => 'settings');
SELECT up_directives FROM migrator.migration WHERE module = 'settings';

-- A plan that says what a change requires.
SELECT load(E'{"sqitch.plan|%project=p\n\na 2026-01-01T00:00:00Z x <x@x>\nb 2026-01-01T00:00:01Z x <x@x>\n","deploy/a.sql|SELECT 1","deploy/b.sql|SELECT 2"}', module => 'plan');
SELECT load(E'{"sqitch.plan|%project=p\n\na 2026-01-01T00:00:00Z x <x@x>\nb [a] 2026-01-01T00:00:01Z x <x@x>\n","deploy/a.sql|SELECT 1","deploy/b.sql|SELECT 2"}', module => 'plan');
SELECT version, requirements FROM migrator.migration WHERE module = 'plan' ORDER BY version;

-- Files that hold several are read each time: what they are known by does not stand in one file.
SELECT load(E'{"c.sql|--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n"}', module => 'changesets');
SELECT load(E'{"c.sql|--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--changeset a:2\nSELECT 2;\n"}', module => 'changesets');
SELECT load_key FROM migrator.migration WHERE module = 'changesets';

-- What else loads, in between.
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'between');
SELECT migrator.load('1', 'a', 'SELECT 1', module => 'between');
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'between');
SELECT action FROM migrator.load_file('1_a.sql', 'SELECT 2', module => 'between');
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'between');
SELECT migrator.unload('1', 'between');
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'between');

-- An error each time, and what is told of a down body.
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|SELEC 2"}', module => 'errors');
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|SELEC 2"}', module => 'errors');
SET client_min_messages = error;
SELECT load(E'{"1_a.up.sql|SELECT 1","1_a.down.sql|SELEC 2","2_b.up.sql|SELECT 1","2_b.down.sql|-- x"}', module => 'errors');
SELECT load(E'{"1_a.up.sql|SELECT 1","1_a.down.sql|SELEC 2","2_b.up.sql|SELECT 1","2_b.down.sql|-- x"}', module => 'errors');
SET client_min_messages = warning;
SELECT load(E'{"1_a.sql|-- UP\nSELECT 1;\n-- DOWN\n-- x\n"}', module => 'statementless');
SELECT load(E'{"1_a.sql|-- UP\nSELECT 1;\n-- DOWN\n-- x\n"}', module => 'statementless');

-- Other rules of reading: a setting of the scanner, another library, what is no key.
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'rules');
SET backslash_quote = off;
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'rules');
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'rules');
RESET backslash_quote;
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'rules');
UPDATE migrator.migration SET load_key = 'x' || substr(load_key, 2) WHERE module = 'rules';
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'rules');
UPDATE migrator.migration SET load_key = 'x' WHERE module = 'rules';
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'rules');
-- What is the same but for its key has one from then on.
UPDATE migrator.migration SET load_key = NULL WHERE module = 'rules';
SELECT action FROM migrator.load_tar(entry('1_a.sql', 'SELECT 1') || zeros(1024), module => 'rules');
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'rules');

-- Whoever loads the same again has loaded it, unless somebody of more trust had.
CREATE ROLE regress_unchanged_files;
GRANT USAGE ON SCHEMA migrator TO regress_unchanged_files;
GRANT EXECUTE ON FUNCTION migrator.load_tar TO regress_unchanged_files;
SET ROLE regress_unchanged_files;
SELECT action FROM migrator.load_tar(entry('1_a.sql', 'SELECT 1') || zeros(1024), module => 'roles');
RESET ROLE;
SELECT loaded_by <> current_user AS other FROM migrator.migration WHERE module = 'roles';
SELECT load(E'{"1_a.sql|SELECT 1"}', module => 'roles');
SELECT loaded_by = current_user AS ours, loaded_as_superuser FROM migrator.migration WHERE module = 'roles';
SET ROLE regress_unchanged_files;
SELECT action FROM migrator.load_tar(entry('1_a.sql', 'SELECT 1') || zeros(1024), module => 'roles');
RESET ROLE;
SELECT loaded_by = current_user AS ours, loaded_as_superuser FROM migrator.migration WHERE module = 'roles';

DROP EXTENSION migrator;
DROP OWNED BY regress_unchanged_files;
DROP ROLE regress_unchanged_files;
DROP FUNCTION load, entry, header, field, octal, zeros;
