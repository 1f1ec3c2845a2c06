-- Before a run: whether another tool says that what is pending has run, or nothing has ever run where there are tables.
\setenv PGDATABASE :DBNAME
SET client_min_messages = warning;
CREATE EXTENSION migrator;
\pset format unaligned
\t on
-- The first run of all, with tables: those of extensions, temporary ones and partitions do not count.
SELECT migrator.load('1', 'first', 'SELECT 1');
CREATE TEMPORARY TABLE mine (a int);
CREATE SCHEMA others;
SELECT status FROM migrator.apply(dry_run => true);
CREATE TABLE others.of_extension (a int);
ALTER EXTENSION plpgsql ADD TABLE others.of_extension;
CREATE TABLE others.orders (a int) PARTITION BY LIST (a);
CREATE TABLE others.orders_1 PARTITION OF others.orders FOR VALUES IN (1);
SELECT status FROM migrator.apply(dry_run => true);
CREATE TABLE others.users (a int);
CREATE VIEW others.seen AS SELECT * FROM others.users;
SELECT status FROM migrator.apply(dry_run => true);
ALTER EXTENSION plpgsql DROP TABLE others.of_extension;
DROP TABLE others.of_extension;
SELECT command, error FROM migrator.rehearse();
SELECT * FROM migrator.conflicts();
CALL migrator.apply_each('1');
-- Now something has run: for a second module too.
SELECT migrator.load('1', 'first', 'SELECT 1', module => 'second');
CALL migrator.apply_each(module => 'second');
SELECT migrator.load('2', 'second', 'SELECT 2', 'SELECT 2');
SELECT status FROM migrator.apply();
SELECT status FROM migrator.rollback();
SELECT status FROM migrator.apply();
-- The HINT, where the first migration may be what is there. A failure leaves nothing.
DROP EXTENSION migrator;
CREATE EXTENSION migrator;
SELECT migrator.load('20260101_000', 'baseline', 'CREATE TABLE others.users (a int)');
SELECT migrator.load('20260102', 'next', 'CREATE TABLE others.items (a int)');
\set VERBOSITY terse
CALL migrator.apply_each();
SELECT status FROM migrator.apply();
\set VERBOSITY default
SELECT * FROM migrator.baseline('20260101_000');
SELECT version, status FROM migrator.apply();
SELECT migrator.load('1', 'first', 'CREATE TABLE others.users (a int)', module => 'it''s');
SELECT status FROM migrator.apply(module => 'it''s');
DROP EXTENSION migrator;
CREATE EXTENSION migrator;
SELECT migrator.load('1', 'first', 'CREATE TABLE others.users (a int)', module => 'it''s');
SELECT status FROM migrator.apply(module => 'it''s');
SELECT * FROM migrator.baseline('1', module => 'it''s');
DROP EXTENSION migrator;
DROP TABLE others.items, others.orders;
DROP TABLE others.users CASCADE;

-- Another tool's history. An empty one says nothing, and is no table of the user's.
CREATE EXTENSION migrator;
CREATE TABLE schema_migrations (version text PRIMARY KEY);
\set load 'SELECT version, action FROM migrator.load_tar(decode(:\'tar\', \'base64\'))'
\! rm -rf /tmp/existing_database.$PPID; mkdir -m 700 /tmp/existing_database.$PPID
\set dir `echo /tmp/existing_database.$PPID`
\setenv dir :dir
\! for i in 1 2 3; do printf -- '-- migrate:up\nCREATE TABLE t%s (a int);\n-- migrate:down\nDROP TABLE t%s;\n' $i $i >$dir/2026010${i}000000_t$i.sql; done
\set tar `tar -C $dir -cf - . | base64 | tr -d '\n'`
:load ;
SELECT status FROM migrator.apply(dry_run => true);
-- It has run two of them.
INSERT INTO schema_migrations VALUES ('20260101000000'), ('20260102000000'), ('20251231000000');
CREATE TABLE t1 (a int);
CREATE TABLE t2 (a int);
:load ;
SELECT version, action FROM migrator.load_tar(decode(:'tar', 'base64'), module => 'second');
SELECT status FROM migrator.apply('20260101000000', dry_run => true);
SELECT error IS NULL AS done FROM migrator.rehearse();
\set VERBOSITY terse
SELECT status FROM migrator.apply();
CALL migrator.apply_each();
\set VERBOSITY default
-- By file, nothing is compared: that would be a WARNING for each.
SELECT action FROM migrator.load_file('20260101000000_t1.sql', E'-- migrate:up\nCREATE TABLE t1 (a int);\n-- migrate:down\nDROP TABLE t1;\n');
-- The search_path of the caller finds nothing of anybody's.
CREATE FUNCTION others.never(name, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'executed'; END $$;
CREATE OPERATOR others.= (LEFTARG = name, RIGHTARG = text, FUNCTION = others.never);
SET search_path = others, public, pg_catalog;
\set VERBOSITY terse
SELECT status FROM migrator.apply('20260101000000', dry_run => true);
RESET search_path;
-- Nobody waits for a table that is locked, and no lock is kept on one that is not.
BEGIN;
SELECT status FROM migrator.apply('20260101000000', dry_run => true);
SELECT count(*) FROM pg_locks WHERE relation = 'schema_migrations'::regclass;
COMMIT;
BEGIN;
LOCK TABLE schema_migrations;
\! psql -X -q -A -t -c "SELECT status FROM migrator.apply('20260101000000', dry_run => true)" 2>&1
COMMIT;
-- Whoever may not read it is told so, as long as nothing has run.
CREATE ROLE existing_dev;
GRANT CREATE ON SCHEMA public TO existing_dev;
GRANT USAGE ON SCHEMA migrator TO existing_dev;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO existing_dev;
SET ROLE existing_dev;
\set VERBOSITY default
SELECT count(*) FROM migrator.load_tar(decode(:'tar', 'base64'));
\set VERBOSITY terse
SELECT status FROM migrator.apply('20260101000000', dry_run => true);
RESET ROLE;
ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON schema_migrations TO existing_dev;
SET ROLE existing_dev;
SELECT count(*) FROM migrator.load_tar(decode(:'tar', 'base64'));
RESET ROLE;
ALTER TABLE schema_migrations DISABLE ROW LEVEL SECURITY;
-- As the HINT has it; then nothing is said, also in other modules.
SELECT version, status FROM migrator.adopt('dbmate:public.schema_migrations') WHERE version >= '2026';
:load ;
SELECT version, action FROM migrator.load_tar(decode(:'tar', 'base64'), module => 'third');
SELECT version, status FROM migrator.apply();
SELECT status FROM migrator.apply('20260101000000', dry_run => true, module => 'third');
-- What it runs after that runs twice as well.
\! printf -- '-- migrate:up\nCREATE TABLE t4 (a int);\n' >$dir/20260104000000_t4.sql
\set tar `tar -C $dir -cf - . | base64 | tr -d '\n'`
INSERT INTO schema_migrations VALUES ('20260104000000');
:load ;
SELECT version, status FROM migrator.rollback();
INSERT INTO schema_migrations VALUES ('20260103000000');
-- What was rolled back here is meant to run again.
SELECT version, status FROM migrator.apply('20260103000000');
DROP EXTENSION migrator;
DROP TABLE t1, t2, t3, schema_migrations;

-- One of another application, beside: silent, but for the first run where only short versions tell.
CREATE EXTENSION migrator;
CREATE TABLE others.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO others.schema_migrations VALUES (57, false);
CREATE TABLE others.flyway_schema_history (installed_rank int, version text, description text, type text, script text,
    checksum int, installed_by text, installed_on timestamp, execution_time int, success boolean);
INSERT INTO others.flyway_schema_history VALUES (1, '1', 'theirs', 'SQL', 'V1__theirs.sql', 0, 'x', now(), 1, true),
    (2, '2', 'of two', 'SQL', 'V2__of_two.sql', 0, 'x', now(), 1, true);
SELECT migrator.load('1', 'ours', 'SELECT 1'), migrator.load('58', 'later', 'SELECT 58');
SELECT status FROM migrator.apply();
SELECT migrator.load('59', 'more', 'SELECT 1'), migrator.load('60', 'more', 'SELECT 1');
UPDATE others.schema_migrations SET version = 99;
SELECT status FROM migrator.apply();
-- A name that agrees says more than the version.
SELECT migrator.load('2', 'Of_Two', 'SELECT 1', module => 'it''s');
SELECT status FROM migrator.apply(module => 'it''s', dry_run => true);
\set VERBOSITY default
UPDATE others.schema_migrations SET version = 0;
SELECT status FROM migrator.apply(module => 'it''s', dry_run => true);
SELECT version, status FROM migrator.adopt('flyway:others.flyway_schema_history', module => 'it''s');
SELECT status FROM migrator.apply(module => 'it''s', dry_run => true);
DROP TABLE others.schema_migrations, others.flyway_schema_history;
DROP EXTENSION migrator;
-- Of the projects of Sqitch, the one that is named like the module.
CREATE EXTENSION migrator;
CREATE TABLE others.changes (change_id text, change text, project text, committed_at timestamptz, committer_name text, planner_name text);
INSERT INTO others.changes VALUES ('a', 'one', 'a', now(), 'x', 'x'), ('b', 'two', 'b', now(), 'x', 'x');
SELECT migrator.load('1', 'one', 'SELECT 1', module => 'a'), migrator.load('1', 'two', 'SELECT 1', module => 'b'),
       migrator.load('1', 'one', 'SELECT 1', module => 'c');
SELECT status FROM migrator.apply(dry_run => true, module => 'c');
SELECT status FROM migrator.apply(dry_run => true, module => 'b');
SELECT status FROM migrator.adopt('sqitch:others.changes', module => 'a');
SELECT status FROM migrator.apply(dry_run => true, module => 'b');
DROP TABLE others.changes;
-- What adopt() would refuse, or cannot read, says nothing and stops nothing.
CREATE DOMAIN others.bad AS text;
CREATE TABLE others.schema_migrations (version text, more others.bad);
INSERT INTO others.schema_migrations VALUES ('1');
CREATE TABLE others._sqlx_migrations (version numeric, description text, installed_on time, success bool, execution_time int);
INSERT INTO others._sqlx_migrations VALUES (1, 'two', '12:00', true, 1);
CREATE VIEW others.pgmigrations AS SELECT 1 AS id, '1_two' AS name, now() AS run_on;
SELECT status FROM migrator.apply(dry_run => true, module => 'b');
DROP SCHEMA others CASCADE;
DROP EXTENSION migrator;
DROP OWNED BY existing_dev;
DROP ROLE existing_dev;
\! rm -r $dir
