-- load_dir() of directories as their tools read them: which files are taken, and in which order they run.
SET client_min_messages = warning;
\set VERBOSITY terse
\pset null -
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore'; -- they are here on purpose
\getenv fixtures MIGRATOR_FIXTURES
CREATE TABLE directory (name text PRIMARY KEY, convention text);
INSERT INTO directory VALUES
    ('diesel_dates', 'diesel'), ('golang_below', 'golang-migrate'), ('postgres_migrations', 'postgres-migrations'),
    ('sql_migrate_numbers', 'sql-migrate'), ('sqlx_mixed', 'sqlx'), ('migratus', 'migratus'), ('drizzle', 'drizzle'),
    ('psql_settings', 'home'), ('yoyo', 'yoyo'), ('go_pg', 'go-pg'), ('bun', 'go-pg'), ('up_and_down', 'pairs'),
    ('two_directories', 'pairs'), ('revert', 'pairs'), ('db_migrate', 'db-migrate'), ('shmig', 'shmig'),
    ('slonik', 'slonik'), ('dbup', 'dbup'), ('ebean', 'ebean'), ('hasura', 'hasura'), ('dbmate_text', 'dbmate'),
    ('node_pg_migrate_moments', 'node-pg-migrate'), ('play', 'play'), ('sqitch_conf', 'sqitch'), ('yoyo_depends', 'yoyo');

-- Recognized, each as a module of its own.
SELECT d.name AS directory, l.version, l.name, l.action, l.source, l.reason
FROM directory d,
     migrator.load_dir(:'fixtures' || '/layouts/' || d.name, module => d.name)
         WITH ORDINALITY AS l(version, name, action, source, reason, n)
ORDER BY d.name COLLATE "C", l.n;
-- By name: the same.
SELECT d.name AS directory, l.action, count(*)
FROM directory d, migrator.load_dir(:'fixtures' || '/layouts/' || d.name, d.convention, module => d.name) l
WHERE l.action NOT IN ('unchanged', 'ignored') GROUP BY d.name, 2 ORDER BY d.name COLLATE "C", 2;

-- They run in the order in which the tool runs them, and back.
SELECT format('CALL migrator.apply_each(module => %L)', name) FROM directory ORDER BY name COLLATE "C" \gexec
SELECT d.name, string_agg(s.version || ' ' || s.status || CASE WHEN s.reversible THEN '' ELSE ', irreversible' END, '; '
                          ORDER BY s.version)
FROM directory d, migrator.status(d.name) s GROUP BY d.name ORDER BY d.name COLLATE "C";
SELECT format('CALL migrator.rollback_each(%s, module => %L)', count(*), d.name)
FROM directory d, migrator.status(d.name) s
GROUP BY d.name HAVING bool_and(s.reversible) ORDER BY d.name COLLATE "C" \gexec
SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^layout_' ORDER BY relname COLLATE "C";
SELECT module, version, up_directives, down_directives FROM migrator.migration
WHERE up_directives IS NOT NULL OR down_directives IS NOT NULL ORDER BY module COLLATE "C", version;

SELECT module, version, requirements FROM migrator.migration WHERE requirements <> '{}' ORDER BY module COLLATE "C", version;
SELECT up FROM migrator.migration WHERE module = 'play' AND version = '1';

-- An archive is read as the directory is.
\set tar `tar -C "$MIGRATOR_FIXTURES/layouts/golang_below" -cf - . | base64 -w0`
SELECT version, action, source, reason FROM migrator.load_tar(decode(:'tar', 'base64'), module => 'tar');
\set tar `tar -C "$MIGRATOR_FIXTURES/layouts/sqitch_conf" -czf - . | base64 -w0`
SELECT version, name, action, source, reason FROM migrator.load_tar(decode(:'tar', 'base64'), module => 'sqitch_tar');

-- What the tool has recorded under its own version is known by its file, whatever version that has here.
CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT '2026-01-01');
INSERT INTO __diesel_schema_migrations VALUES ('20200101000000'), ('2020127190800'), ('202305231715updatex');
\set dates :fixtures /layouts/diesel_dates
SELECT count(*) FROM migrator.load_dir(:'dates', module => 'adopted_dates');
SELECT version, name, status FROM migrator.adopt('diesel', 'adopted_dates');
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('10'), ('2');
\set text :fixtures /layouts/dbmate_text
SELECT count(*) FROM migrator.load_dir(:'text', module => 'adopted_text');
SELECT version, name, status FROM migrator.adopt('dbmate', 'adopted_text');
DROP TABLE __diesel_schema_migrations, schema_migrations;

-- Refused, with a HINT that leads to no way back being run.
\set VERBOSITY default
\set databases :fixtures /layouts/refused_databases
SELECT * FROM migrator.load_dir(:'databases', module => 'x');
\set one :databases /generic/default
SELECT version, action, source FROM migrator.load_dir(:'one', module => 'one');
\set way_back :fixtures /layouts/refused_way_back
SELECT * FROM migrator.load_dir(:'way_back', module => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_file('1_a.sql', E'\\set ON_ERROR_STOP off\nSELECT 1;\n');
SELECT * FROM migrator.load_file('1_a.sql', E'SELECT 1;\n\\set AUTOCOMMIT off\n');
SELECT * FROM migrator.load_file('1_a.sql', E'SELECT 1;\n\\echo `id`\n');

-- One file after the other, as a client sends them.
SELECT version, action FROM migrator.load_file('1_a_up.sql', 'CREATE TABLE layout_a (i int);', module => 'files');
SELECT version, action FROM migrator.load_file('1_a_down.sql', 'DROP TABLE layout_a;', module => 'files');
\echo :LAST_ERROR_SQLSTATE
SELECT version, action FROM migrator.load_file('1_a_up.sql', 'CREATE TABLE layout_a (i int);', 'pairs', module => 'files');
SELECT version, action FROM migrator.load_file('1_a_down.sql', 'DROP TABLE layout_a;', 'pairs', module => 'files');
SELECT version, status, reversible FROM migrator.status('files');
SELECT version, action, reason FROM migrator.load_file('1-b.sql', 'SELECT 1;', module => 'files');
SELECT version, action, reason FROM migrator.load_file('1_a.rollback.sql', 'SELECT 1;', module => 'files');
-- Each by itself: what it depends on is named by its version.
SELECT version, action FROM migrator.load_file('0002_b.sql', E'-- depends: 0001_a\nSELECT 1;', 'yoyo', module => 'depends');
SELECT version, requirements FROM migrator.migration WHERE module = 'depends';
CALL migrator.apply_each(module => 'depends');
SELECT version, action, reason FROM migrator.load_file('7.sql', E'-- !Ups\nSELECT $evolutions{{{what}}}, ''!$evolutions{{{x}}}'';;\n', module => 'play_file',
    placeholders => '{"WHAT": "7"}');
SELECT up FROM migrator.migration WHERE module = 'play_file';
SELECT version, action, reason FROM migrator.load_file('7.sql', E'-- !Ups\nSELECT $evolutions{{{what}}};', module => 'play_file');

DROP EXTENSION migrator;
SELECT format('DROP TABLE %I', relname) FROM pg_class
WHERE relkind = 'r' AND relname ~ '^layout_' ORDER BY relname COLLATE "C" \gexec
DROP TABLE directory;
