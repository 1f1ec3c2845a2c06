-- adopt(): what another tool has applied counts as applied. Each tool's table as the tool itself makes it; what real
-- tools write is tested in test/cluster/adopt.sh.
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION migrator;
CREATE FUNCTION load_all(module text, VARIADIC migrations text[]) RETURNS bigint BEGIN ATOMIC
    SELECT count(migrator.load(split_part(m, ' ', 1), split_part(m, ' ', 2), 'SELECT 1', 'SELECT -1', module => module)) FROM unnest(migrations) m;
END;

SELECT * FROM migrator.adopt();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.adopt('flyway');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.adopt('flywey');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.adopt(NULL);
SELECT * FROM migrator.adopt('');
\echo :LAST_ERROR_SQLSTATE

-- dbmate and Rails.
CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20260101000000'), ('20260102000000'), ('20251231000000');
SELECT load_all('dbmate', '20260101000000 users', '20260102000000 posts', '20260103000000 tags');
SELECT * FROM migrator.adopt(module => 'dbmate');
SELECT version, name, action, result, execution_time_ms, run_by = current_user AS by_me, reason, up, down, checksum <> '' AS sum
FROM migrator.history ORDER BY id;
SELECT version, status, reversible, applied_at > now() - interval '1 minute' AS now FROM migrator.status('dbmate');
-- A second time changes nothing.
SELECT * FROM migrator.adopt('rails', 'dbmate');
SELECT count(*) FROM migrator.history;
-- What is adopted can be rolled back; the tool's entry does not bring it back.
SELECT version, status FROM migrator.rollback(2, module => 'dbmate');
SELECT version, status, note FROM migrator.adopt('dbmate', 'dbmate');
SELECT version, status FROM migrator.apply(module => 'dbmate');
SELECT version, status, note FROM migrator.adopt('dbmate', 'dbmate');
DROP TABLE schema_migrations;

-- golang-migrate: one row.
CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
SELECT load_all('golang', '1 a', '02 b', '3 c', '10 d');
SELECT * FROM migrator.adopt(module => 'golang');
INSERT INTO schema_migrations VALUES (3, true);
SELECT * FROM migrator.adopt(module => 'golang');
UPDATE schema_migrations SET dirty = false;
SELECT * FROM migrator.adopt(module => 'golang');
UPDATE schema_migrations SET version = 4;
SELECT version, status, note FROM migrator.adopt(module => 'golang');
DROP TABLE schema_migrations;

-- Ecto: its time is UTC, whatever the session's is.
CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, inserted_at timestamp(0));
INSERT INTO schema_migrations VALUES (20260101000000, '2026-01-01 12:00');
SELECT load_all('ecto', '20260101000000 users', '20260102000000 posts');
SET timezone = 'Asia/Kolkata';
SELECT version, status, applied_at AT TIME ZONE 'UTC' AS utc FROM migrator.adopt(module => 'ecto');
SET timezone = 'UTC';
DROP TABLE schema_migrations;

-- Supabase.
CREATE SCHEMA supabase_migrations;
CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY, statements text[], name text);
INSERT INTO supabase_migrations.schema_migrations VALUES ('20260101000000', '{select 1}', 'init'), ('20260109000000', '{}', 'gone');
SELECT load_all('supabase', '20260101000000 init', '20260102000000 more');
SELECT * FROM migrator.adopt(module => 'supabase');
DROP SCHEMA supabase_migrations CASCADE;

-- Flyway.
CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL,
    type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL,
    installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL);
INSERT INTO flyway_schema_history VALUES
    (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '"app"', NULL, 'root', '2026-01-01 10:00', 0, true),
    (1, '1', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, 'root', '2026-01-01 10:01', 0, true),
    (2, '1.1', 'users', 'SQL', 'V1_1__users.sql', 1, 'anna', '2026-01-01 10:02', 12, true),
    (3, '2', 'posts', 'SQL', 'V2__posts.sql', 2, 'anna', '2026-01-01 10:03', 7, true),
    (4, '2', 'posts', 'UNDO_SQL', 'U2__posts.sql', 2, 'anna', '2026-01-01 10:04', 7, true),
    (5, NULL, 'views', 'SQL', 'R__views.sql', 3, 'anna', '2026-01-01 10:05', 5, true),
    (6, NULL, 'views', 'SQL', 'R__views.sql', 4, 'ben', '2026-01-02 10:05', 6, true),
    (7, '3', 'jobs', 'JDBC', 'db.migration.V3__jobs', NULL, 'ben', '2026-01-02 10:06', 60, true),
    (8, '4', 'tags', 'SQL', 'V4__tags.sql', 5, 'ben', '2026-01-02 10:07', 1, false),
    (9, '5', 'late', 'SQL', 'V5__late.sql', 5, 'ben', '2026-01-01 10:01:30', 1, true),
    (10, '6', 'gone', 'SQL', 'V6__gone.sql', 6, 'ben', '2026-01-03', 1, true),
    (11, '6', 'gone', 'DELETE', 'V6__gone.sql', 6, 'ben', '2026-01-04', 0, true);
SELECT load_all('flyway', '0.5 old', '1 base', '1_1 users', '2 posts', '4 tags', '5 late', 'R__views views', '7 new');
SELECT * FROM migrator.adopt(module => 'flyway');
-- The history is in the order in which they ran: that is the order of a rollback.
SELECT version, action, result, run_by, started_at, finished_at, execution_time_ms, reason FROM migrator.history
WHERE module = 'flyway' ORDER BY id;
SELECT version, status, applied_at, applied_by FROM migrator.status('flyway');
SELECT version FROM migrator.rollback(10, module => 'flyway');

-- Its table of before release 5, and one that a setting has renamed; and the choice between them.
ALTER TABLE flyway_schema_history RENAME TO schema_version;
SELECT count(*) FROM migrator.adopt(module => 'flyway');
CREATE SCHEMA "My ""App""";
CREATE TABLE "My ""App"""."History; --" (LIKE schema_version);
SELECT version, status, note FROM migrator.adopt('flyway:"My ""App"""."History; --"');
CREATE TABLE goose_db_version (id serial NOT NULL PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NULL DEFAULT now());
SELECT * FROM migrator.adopt();
\echo :LAST_ERROR_SQLSTATE
CREATE SCHEMA other;
CREATE TABLE other.goose_db_version (LIKE goose_db_version);
SELECT * FROM migrator.adopt('goose');
SELECT * FROM migrator.adopt('other.goose_db_version');
SELECT * FROM migrator.adopt('flyway:other.goose_db_version');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.adopt('other.nothing');
SELECT * FROM migrator.adopt('goose:other.goose_db_version;');
DROP TABLE schema_version;
DROP SCHEMA other, "My ""App""" CASCADE;

-- goose: the last row of a version counts.
INSERT INTO goose_db_version (version_id, is_applied, tstamp) VALUES (0, true, '2026-01-01'), (1, true, '2026-01-02'),
    (2, true, '2026-01-03'), (3, true, '2026-01-04'), (2, false, '2026-01-05'), (3, false, '2026-01-05'), (3, true, '2026-01-06');
SELECT load_all('goose', '00001 a', '00002 b', '00003 c');
SELECT * FROM migrator.adopt(module => 'goose');
DROP TABLE goose_db_version;

-- sqlx.
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(),
    success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
INSERT INTO _sqlx_migrations VALUES (1, 'a', '2026-01-01', true, '', 1500000), (2, 'b', '2026-01-02', false, '', -1);
SELECT load_all('sqlx', '1 a', '2 b');
SELECT * FROM migrator.adopt('sqlx', 'sqlx');
SELECT execution_time_ms FROM migrator.history WHERE module = 'sqlx';
DROP TABLE _sqlx_migrations;

-- diesel keeps the digits only.
CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
INSERT INTO __diesel_schema_migrations VALUES ('00000000000000', '2026-01-01'), ('20230101000000', '2026-01-02');
SELECT load_all('diesel', '00000000000000 diesel_initial_setup', '2023-01-01-000000 users', '2023-01-02-000000 posts');
SELECT * FROM migrator.adopt(module => 'diesel');
DROP TABLE __diesel_schema_migrations;

-- Prisma: a failed attempt stays in the table, beside the one that went well.
CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
    migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0);
INSERT INTO _prisma_migrations VALUES ('a', '', '2026-01-01 00:00:02', '20230101000000_init', NULL, NULL, '2026-01-01 00:00:01.75', 1),
    ('b', '', NULL, '20230102000000_retried', 'ERROR', '2026-01-02 00:00:09', '2026-01-02 00:00:01', 0),
    ('c', '', '2026-01-03', '20230102000000_retried', NULL, NULL, '2026-01-03', 1),
    ('d', '', NULL, '20230103000000_failed', 'ERROR', NULL, '2026-01-04', 0),
    ('e', '', NULL, '20230104000000_given_up', 'ERROR', '2026-01-05', '2026-01-04', 0),
    ('f', '', '2026-01-06', '20230105000000_elsewhere', NULL, NULL, '2026-01-06', 1);
SELECT load_all('prisma', '20230101000000 init', '20230102000000 retried', '20230103000000 failed', '20230104000000 given_up');
SELECT * FROM migrator.adopt(module => 'prisma');
SELECT execution_time_ms FROM migrator.history WHERE module = 'prisma' ORDER BY id LIMIT 1;
DROP TABLE _prisma_migrations;

-- Tools that keep names of files.
CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
INSERT INTO pgmigrations (name, run_on) VALUES ('1700000000000_users', '2026-01-01'), ('1700000000001_gone', '2026-01-02');
SELECT load_all('node', '1700000000000 users', '1700000000002 posts');
SELECT * FROM migrator.adopt(module => 'node');
DROP TABLE pgmigrations;
CREATE TABLE knex_migrations (id serial PRIMARY KEY, name varchar(255), batch integer, migration_time timestamptz);
INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('20260101000000_users.js', 1, '2026-01-01'), (NULL, 1, '2026-01-01');
SELECT load_all('knex', '20260101000000 users');
SELECT * FROM migrator.adopt(module => 'knex');
DROP TABLE knex_migrations;
CREATE TABLE gorp_migrations (id text NOT NULL PRIMARY KEY, applied_at timestamptz);
INSERT INTO gorp_migrations VALUES ('1_init.sql', '2026-01-01'), ('2_more.sql', NULL);
SELECT count(*) FROM (VALUES ('db/1_init.sql'), ('db/2_more.sql')) f, migrator.load_file(column1, 'SELECT 1', module => 'gorp');
SELECT * FROM migrator.adopt(module => 'gorp');
DROP TABLE gorp_migrations;
CREATE SCHEMA graphile_migrate;
CREATE TABLE graphile_migrate.migrations (hash text PRIMARY KEY, previous_hash text REFERENCES graphile_migrate.migrations,
    filename text NOT NULL, date timestamptz NOT NULL DEFAULT now());
INSERT INTO graphile_migrate.migrations VALUES ('sha1:1', NULL, '000001.sql', '2026-01-01'), ('sha1:2', 'sha1:1', '000002-more.sql', '2026-01-02');
SELECT load_all('graphile', '000001 x', '000002 more', '000003 y');
SELECT * FROM migrator.adopt(module => 'graphile');
DROP SCHEMA graphile_migrate CASCADE;

-- tern: the number of the last one.
CREATE TABLE schema_version (version int4 NOT NULL);
INSERT INTO schema_version VALUES (0);
SELECT load_all('tern', '001 a', '002 b', '003 c');
SELECT * FROM migrator.adopt(module => 'tern');
UPDATE schema_version SET version = 2;
SELECT * FROM migrator.adopt(module => 'tern');
DROP TABLE schema_version;

-- Atlas.
CREATE SCHEMA atlas_schema_revisions;
CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar NOT NULL PRIMARY KEY, description varchar NOT NULL,
    type bigint NOT NULL DEFAULT 2, applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0, executed_at timestamptz NOT NULL,
    execution_time bigint NOT NULL, error text, error_stmt text, hash varchar NOT NULL, partial_hashes jsonb, operator_version varchar NOT NULL);
INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES
    ('.atlas_cloud_identifier', 'x', 0, 0, 0, '2026-01-01', 0, NULL, NULL, '', NULL, ''),
    ('20260101', 'base', 1, 0, 0, '2026-01-01', 0, NULL, NULL, '', NULL, ''),
    ('20260102', 'users', 2, 3, 3, '2026-01-02', 2500000, NULL, NULL, '', NULL, ''),
    ('20260103', 'fixed', 6, 1, 2, '2026-01-03', 0, 'boom', 'x', '', NULL, ''),
    ('20260104', 'half', 2, 1, 2, '2026-01-04', 0, 'syntax error', 'x', '', NULL, '');
SELECT load_all('atlas', '20251231 older', '20260101 base', '20260102 users', '20260103 fixed', '20260104 half');
SELECT * FROM migrator.adopt(module => 'atlas');
DROP SCHEMA atlas_schema_revisions CASCADE;

-- Alembic: the heads only.
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('ae1027a6acf');
SELECT load_all('alembic', '1 1975ea83b712_users', '2 ae1027a6acf_posts', '3 ae1027a6acff_tags');
SELECT * FROM migrator.adopt(module => 'alembic');
UPDATE alembic_version SET version_num = 'feedbeef';
SELECT version, status, note FROM migrator.adopt(module => 'alembic');
DROP TABLE alembic_version;

-- Liquibase.
CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL,
    dateexecuted timestamp NOT NULL, orderexecuted integer NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35),
    description varchar(255), comments varchar(255), tag varchar(255), liquibase varchar(20), contexts varchar(255), labels varchar(255), deployment_id varchar(10));
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype) VALUES
    ('1', 'anna', 'db/a.sql', '2026-01-01', 1, 'EXECUTED'), ('1', 'ben', 'db/a.sql', '2026-01-02', 2, 'MARK_RAN'),
    ('2', 'anna', 'db/a.sql', '2026-01-03', 3, 'RERAN'), ('3', 'anna', 'db/a.sql', '2026-01-03', 4, 'FAILED'),
    ('4', 'anna', 'db/b.sql', '2026-01-03', 5, 'EXECUTED');
SELECT load_all('liquibase', '1 anna:1', '2 ben:1', '3 anna:2', '4 anna:3', '5 anna:9');
SELECT * FROM migrator.adopt(module => 'liquibase');
DROP TABLE databasechangelog;

-- Sqitch: several projects share its table.
CREATE SCHEMA sqitch;
CREATE TABLE sqitch.changes (change_id text PRIMARY KEY, script_hash text, change text NOT NULL, project text NOT NULL, note text NOT NULL DEFAULT '',
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp(), committer_name text NOT NULL, committer_email text NOT NULL,
    planned_at timestamptz NOT NULL, planner_name text NOT NULL, planner_email text NOT NULL, UNIQUE (project, script_hash));
INSERT INTO sqitch.changes (change_id, change, project, committed_at, committer_name, committer_email, planned_at, planner_name, planner_email)
VALUES ('a', 'users', 'shop', '2026-01-01', 'Anna', 'a@x', now(), 'A', 'a'), ('b', 'posts', 'shop', '2026-01-02', 'Ben', 'b@x', now(), 'A', 'a');
SELECT load_all(m, '1 users', '2 posts', '3 tags') FROM unnest(ARRAY['sqitch', 'shop', 'billing']) m;
SELECT * FROM migrator.adopt(module => 'sqitch');
SELECT version, run_by, finished_at FROM migrator.history WHERE module = 'sqitch' ORDER BY id;
INSERT INTO sqitch.changes SELECT 'c', NULL, change, 'billing', '', committed_at, committer_name, '', now(), '', '' FROM sqitch.changes WHERE change_id = 'a';
SELECT * FROM migrator.adopt('sqitch', 'sqitch');
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.adopt('sqitch', 'shop');
SELECT version, status FROM migrator.adopt('sqitch', 'billing');

-- What is no history: views, tables of the session, types that somebody made.
CREATE VIEW knex_migrations AS SELECT 1 AS id, 'x'::text AS name, 1 AS batch, now() AS migration_time;
CREATE TEMP TABLE gorp_migrations (id text NOT NULL PRIMARY KEY, applied_at timestamptz);
CREATE DOMAIN number AS bigint;
CREATE TABLE goose_db_version (id int, version_id number, is_applied boolean, tstamp timestamp);
CREATE TABLE flyway_schema_history ();
SELECT count(*) FROM migrator.adopt(module => 'shop');
SELECT * FROM migrator.adopt('knex');
SELECT * FROM migrator.adopt('flyway_schema_history');
\echo :LAST_ERROR_SQLSTATE

-- It reads as the caller, and sees all of the table or none of it.
CREATE ROLE regress_adopter;
GRANT USAGE ON SCHEMA migrator TO regress_adopter;
GRANT EXECUTE ON FUNCTION migrator.adopt TO regress_adopter;
SET ROLE regress_adopter;
SELECT * FROM migrator.adopt('sqitch', 'shop');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
GRANT USAGE ON SCHEMA sqitch TO regress_adopter;
GRANT SELECT ON sqitch.changes TO regress_adopter;
ALTER TABLE sqitch.changes ENABLE ROW LEVEL SECURITY;
SET ROLE regress_adopter;
SELECT * FROM migrator.adopt('sqitch', 'shop');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
ALTER TABLE sqitch.changes DISABLE ROW LEVEL SECURITY;
SELECT load_all('granted', '1 users');
UPDATE sqitch.changes SET project = 'shop', change = 'roles' WHERE project = 'billing';
SET ROLE regress_adopter;
SELECT version, name, status FROM migrator.adopt('sqitch', 'granted');
RESET ROLE;
SELECT version, run_by FROM migrator.history WHERE module = 'granted';
BEGIN READ ONLY;
SELECT * FROM migrator.adopt('sqitch', 'shop');
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT * FROM migrator.adopt('sqitch', 'shop');
ROLLBACK;

DROP SCHEMA sqitch CASCADE;
DROP VIEW knex_migrations;
DROP TABLE goose_db_version, flyway_schema_history, pg_temp.gorp_migrations;
DROP DOMAIN number;
DROP FUNCTION load_all;
-- A repeatable migration that is applied puts no versioned one out of order.
CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL,
    type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL,
    installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL);
INSERT INTO flyway_schema_history VALUES
    (1, '1', 'a', 'SQL', 'V1__a.sql', 1, 'anna', '2026-01-01 10:01', 1, true),
    (2, NULL, 'views', 'SQL', 'R__views.sql', 2, 'anna', '2026-01-01 10:02', 1, true);
SELECT count(*) FROM (VALUES ('V1__a.sql'), ('V2__b.sql'), ('R__views.sql')) f, migrator.load_file(column1, 'SELECT 1', module => 'repeatable');
SELECT version, status, note FROM migrator.adopt('flyway', 'repeatable');
SELECT version, status FROM migrator.apply(module => 'repeatable');
DROP TABLE flyway_schema_history;
DROP EXTENSION migrator;
DROP OWNED BY regress_adopter;
DROP ROLE regress_adopter;
