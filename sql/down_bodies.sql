-- Downs that cannot be read, and downs without a statement: in sections as in files, as the tool takes them.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
\pset null -
\set VERBOSITY terse

-- What the grammar refuses in a down section is a WARNING; the section after it counts.
SELECT version, action, reason FROM migrator.load_file('1_a.sql', E'-- UP\nCREATE TABLE d1 (i int);\n-- DOWN\nDROP TABLE d1 CONSTRAINTS;\n-- VERIFY\nSELECT i FROM d1;\n');
SELECT version, action, reason FROM migrator.load_file('1_a.sql', E'-- migrate:up\nCREATE TABLE d2 (i int);\n-- migrate:down\nDROP TABLE d2 CONSTRAINTS;\n', module => 'dbmate');
SELECT version, action, reason FROM migrator.load_file('1_a.sql', E'-- +goose Up\nCREATE TABLE d3 (i int);\n-- +goose Down\nDROP TABLE d3 CONSTRAINTS;\n', module => 'goose');
SELECT version, action, reason FROM migrator.load_file('1_a.sql', E'-- +migrate Up\nCREATE TABLE d4 (i int);\n-- +migrate Down\nDROP TABLE d4 CONSTRAINTS;\n', module => 'sql-migrate');
SELECT version, action, reason FROM migrator.load_file('1_a.sql', E'CREATE TABLE d5 (i int);\n---- create above / drop below ----\nDROP TABLE d5 CONSTRAINTS;\n', module => 'tern');
SELECT version, action, reason FROM migrator.load_file('1_a.sql', E'-- Up Migration\nCREATE TABLE d6 (i int);\n-- Down Migration\nDROP TABLE d6 CONSTRAINTS;\n', module => 'node-pg-migrate');
SELECT version, action, reason FROM migrator.load_file('a.sql', E'--liquibase formatted sql\n--changeset a:1\nCREATE TABLE d7 (i int);\n--rollback DROP TABLE\n--rollback d7 CONSTRAINTS;\n', module => 'liquibase');
SELECT version, action, reason FROM migrator.load_file('20260101000000_a.sql', E'-- atlas:txtar\n\n-- migration.sql --\nCREATE TABLE d8 (i int);\n-- down.sql --\nDROP TABLE d8 CONSTRAINTS;\n', module => 'atlas');

-- What the scanner refuses is no more than that, and does not swallow what follows it.
CREATE TABLE broken (n int, body text);
INSERT INTO broken VALUES (1, $$DROP TABLE 'a;$$), (2, '/* x'), (3, 'DROP TABLE "a;'), (4, 'DROP TABLE "";'), (5, '$$;'), (6, '\i x.sql'),
    (7, $$SELECT E'\ud800x';$$), (8, 'SELECT 1x;'), (9, 'CREATE ASSERTION a CHECK (true);'), (10, '\gexec'), (11, '$a$ x');
SELECT b.n, l.action, l.reason FROM broken b,
    migrator.load_file(b.n || '_h.sql', E'-- UP\nSELECT 1;\n-- DOWN\n' || b.body || E'\n-- VERIFY\nSELECT 2;\n', module => 'home') l ORDER BY b.n;
SELECT version, up, down, verify, verify_line, reversible FROM migrator.migration WHERE module = 'home' ORDER BY version;
SELECT b.n, l.action, l.reason FROM broken b,
    migrator.load_file(b.n || '_g.sql', E'-- +goose Down\n' || b.body || E'\n-- +goose Up\nSELECT 1;\n', module => 'backwards') l ORDER BY b.n;
SELECT DISTINCT up, reversible FROM migrator.migration WHERE module = 'backwards';
SELECT b.n, l.action, l.reason FROM broken b,
    LATERAL (SELECT 1 FROM migrator.load_file(b.n || '_f.up.sql', 'SELECT 1;', 'golang-migrate', module => 'files')) up,
    migrator.load_file(b.n || '_f.down.sql', E'\n' || b.body, 'golang-migrate', module => 'files') l ORDER BY b.n;
SELECT b.n, l.action, l.reason FROM broken b,
    migrator.load_file(b.n || '_l.sql', E'--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--rollback ' || b.body || E'\n--changeset a:2\nSELECT 2;\n', module => 'changesets') l ORDER BY b.n, l.version;
SELECT l.action, l.reason FROM migrator.load_file('20260101000000_a.sql', E'-- atlas:txtar\n\n-- down.sql --\nDROP TABLE \'a;\n-- migration.sql --\nSELECT 1;\n', module => 'atlas') l;
-- An apostrophe further down closes what the down section leaves open.
SELECT action, reason FROM migrator.load_file('12_h.sql', E'-- DOWN\nDROP TABLE \'a;\n-- UP\n-- don\'t\nSELECT 12;\n', module => 'home');
SELECT up FROM migrator.migration WHERE module = 'home' AND version = '12';
-- A marker in a literal is none.
SELECT action, reason FROM migrator.load_file('13_h.sql', E'-- UP\nSELECT 1;\n-- DOWN\nDO $$ BEGIN\n-- VERIFY\nNULL; END $$;\n', module => 'home');
-- What the up section leaves open is an error as ever, and so is what verify does.
SELECT action FROM migrator.load_file('14_h.sql', E'-- UP\nSELECT \'a;\n-- DOWN\nSELECT 1;\n', module => 'home');
SELECT action FROM migrator.load_file('14_h.sql', E'-- UP\nSELECT 1;\n-- DOWN\nSELECT \'a;\n-- VERIFY\nSELECT "b;\n', module => 'home');
SELECT action FROM migrator.load_file('14_h.sql', E'-- UP\nSELECT 1;\n-- DOWN\nSELECT 1;\n-- VERIFY\nSELECT FROM FROM;\n', module => 'home');
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.apply('1', module => 'home');
SELECT version FROM migrator.rollback(module => 'home');
\echo :LAST_ERROR_SQLSTATE

-- A down without a statement is one where the tool runs it.
CREATE TABLE empty_down (n int, convention text, file text, content text, down text);
INSERT INTO empty_down VALUES
    (1, 'golang-migrate', '1_x.up.sql', 'SELECT 1;', '1_x.down.sql|'), (2, 'golang-migrate', '2_x.up.sql', 'SELECT 1;', E'2_x.down.sql|-- nothing\n'),
    (3, 'dbmate', '3_x.sql', E'-- migrate:up\nSELECT 1;\n-- migrate:down\n', NULL), (4, 'goose', '4_x.sql', E'-- +goose Up\nSELECT 1;\n-- +goose Down\n/* nothing */', NULL),
    (5, 'goose', '5_x.sql', E'-- +goose NO TRANSACTION\n-- +goose Up\nVACUUM;\n-- +goose Down\n', NULL), (6, 'sql-migrate', '6_x.sql', E'-- +migrate Up\nSELECT 1;\n-- +migrate Down\n-- nothing\n', NULL),
    (7, 'sqlx', '7_x.up.sql', 'SELECT 1;', '7_x.down.sql|'), (8, 'diesel', '20260101_x/up.sql', 'SELECT 1;', '20260101_x/down.sql|-- no'),
    (9, 'node-pg-migrate', '9_x.sql', E'-- Up Migration\nSELECT 1;\n-- Down Migration\n', NULL), (10, 'tern', '10_x.sql', E'SELECT 1;\n---- create above / drop below ----\n-- no\n', NULL),
    (11, 'liquibase', '11_x.sql', E'--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--rollback empty\n', NULL), (12, 'liquibase', '12_x.sql', E'--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--rollback not required\n', NULL),
    (13, 'popx', '13_x.up.sql', 'SELECT 1;', '13_x.down.sql|'), (14, 'postgrator', '14.do.x.sql', 'SELECT 1;', '14.undo.x.sql|-- no'), (15, 'flyway', 'V15__x.sql', 'SELECT 1;', 'U15__x.sql|-- no'),
    (16, 'go-pg', '16_x.up.sql', 'SELECT 1;', '16_x.down.sql|'), (17, 'hasura', '1600000000017_x/up.sql', 'SELECT 1;', '1600000000017_x/down.sql|'), (18, 'slonik', '2026.01.01T00.00.18.x.sql', 'SELECT 1;', 'down/2026.01.01T00.00.18.x.sql|-- no'),
    (19, 'shmig', '1485643154-x.sql', E'-- ====  UP  ====\nSELECT 1;\n-- ==== DOWN ====\n/* nothing */\n', NULL), (100, 'sqlx', '100_x.up.sql', 'SELECT 1;', '100_x.down.sql|-- no'), (101, 'yoyo', '101_x.sql', 'SELECT 1;', '101_x.rollback.sql|-- no'),
    (102, 'migratus', '102-x.up.sql', 'SELECT 1;', E'102-x.down.sql|--;;\n'), (103, 'db-migrate', '103-x-up.sql', 'SELECT 1;', '103-x-down.sql|/* Replace with your SQL commands */'), (104, 'play', '104.sql', E'-- !Ups\nSELECT 1;\n-- !Downs\n', NULL),
    (105, 'popx', '105_x.up.sql', 'SELECT 1;', '105_x.down.sql|-- no'), (106, 'postgrator', '106.do.x.sql', 'SELECT 1;', '106.undo.x.sql|'), (107, 'prisma', '20260107_x/migration.sql', 'SELECT 1;', '20260107_x/down.sql|'),
    -- and none where it does not, or where there is no section
    (20, 'home', '20_x.sql', E'-- UP\nSELECT 1;\n-- DOWN\n-- nothing\n', NULL), (21, 'tern', '21_x.sql', E'SELECT 1;\n---- create above / drop below ----\n\n', NULL), (22, 'diesel', '20260102_x/up.sql', 'SELECT 1;', '20260102_x/down.sql|'),
    (23, 'goose', '23_x.sql', E'-- +goose Up\nSELECT 1;\n', NULL), (24, 'golang-migrate', '24_x.up.sql', 'SELECT 1;', NULL), (25, 'liquibase', '25_x.sql', E'--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--rollback\n', NULL),
    (26, 'go-pg', '26_x.up.sql', 'SELECT 1;', '26_x.down.sql|-- no'), (27, 'hasura', '1600000000027_x/up.sql', 'SELECT 1;', '1600000000027_x/down.sql|-- Could not auto-generate a down migration.'), (28, 'slonik', '2026.01.01T00.00.28.x.sql', 'SELECT 1;', 'down/2026.01.01T00.00.28.x.sql|'),
    (29, 'shmig', '1485643154-x.sql', E'-- ====  UP  ====\nSELECT 1;\n-- ==== DOWN ====\n-- nothing\n', NULL), (30, 'play', '30.sql', E'-- !Ups\nSELECT 1;\n', NULL);
SELECT e.n, e.convention, u.reason FROM empty_down e, migrator.load_file(e.file, e.content, e.convention, module => 'm' || e.n) u WHERE u.reason IS NOT NULL ORDER BY e.n;
SELECT e.n, d.reason FROM (SELECT * FROM empty_down WHERE down IS NOT NULL OFFSET 0) e, migrator.load_file(split_part(e.down, '|', 1), split_part(e.down, '|', 2), e.convention, module => 'm' || e.n) d WHERE d.reason IS NOT NULL ORDER BY e.n;
-- Loaded again they are unchanged.
SELECT DISTINCT u.action FROM empty_down e, migrator.load_file(e.file, e.content, e.convention, module => 'm' || e.n) u;
SELECT DISTINCT d.action FROM (SELECT * FROM empty_down WHERE down IS NOT NULL OFFSET 0) e, migrator.load_file(split_part(e.down, '|', 1), split_part(e.down, '|', 2), e.convention, module => 'm' || e.n) d;
SELECT format('CALL migrator.apply_each(module => %L)', 'm' || n) FROM empty_down ORDER BY n \gexec
SELECT e.n, e.convention, s.status, s.reversible FROM empty_down e, migrator.status('m' || e.n) s ORDER BY e.n;
SELECT format('SELECT status FROM migrator.rollback(module => %L)', 'm' || n) FROM empty_down WHERE n IN (1, 3, 11, 20) ORDER BY n \gexec
SELECT format('CALL migrator.rollback_each(module => %L)', 'm' || n) FROM empty_down WHERE n NOT IN (1, 3, 11) AND n NOT BETWEEN 20 AND 99 ORDER BY n \gexec
SELECT e.n, s.status FROM empty_down e, migrator.status('m' || e.n) s WHERE e.n NOT BETWEEN 20 AND 99 AND s.status <> 'pending';
SELECT result, action, count(*) FROM migrator.history WHERE module LIKE 'm%' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) FROM migrator.rehearse(module => 'm1');
SELECT count(*) FROM migrator.rehearse(module => 'm4');
\set VERBOSITY default
SELECT status FROM migrator.rollback(module => 'm20');
DROP TABLE broken, empty_down;
DROP EXTENSION migrator;
