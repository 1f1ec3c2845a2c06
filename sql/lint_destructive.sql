-- lint(): what is lost by a statement. A table of statements and what is to be found in each, compared with what is.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA shop;
CREATE TABLE shop.users (id bigint PRIMARY KEY, name text, email varchar(40), age integer);
CREATE TABLE shop.orders (id bigint PRIMARY KEY, user_id bigint REFERENCES shop.users, total numeric(10,2), note text, status text NOT NULL, big bigint, at timestamptz, code varchar(10), priced boolean GENERATED ALWAYS AS (total > 0) STORED);
CREATE INDEX orders_status ON shop.orders (status);
CREATE INDEX orders_user ON shop.orders (user_id);
CREATE INDEX orders_user_at ON shop.orders (user_id, at);
CREATE INDEX orders_never ON shop.orders (big);
CREATE UNIQUE INDEX orders_code ON shop.orders (code);
INSERT INTO shop.users SELECT i, 'name' || i, 'm' || i || '@example.com', i % 90 FROM generate_series(1, 100) i;
INSERT INTO shop.orders (id, user_id, total, note, status, big, at, code) SELECT i, i % 100 + 1, i / 100.0, repeat('n', 1 + i % 30), CASE WHEN i % 500 = 0 THEN 'open' ELSE 'done' END, i, now(), 'c' || i FROM generate_series(1, 20000) i;
CREATE TABLE shop.lines (id bigint PRIMARY KEY, order_id bigint REFERENCES shop.orders ON DELETE CASCADE, price double precision);
INSERT INTO shop.lines SELECT i, i, i FROM generate_series(1, 20) i;
CREATE TABLE shop.empty (id bigint PRIMARY KEY, x integer, CONSTRAINT positive CHECK (x > 0));
CREATE TABLE shop.small (id integer PRIMARY KEY, name text UNIQUE, price numeric(8,3), big bigint, at timestamptz, x integer NOT NULL);
INSERT INTO shop.small SELECT i, 'name' || i, i + 0.125, i, '2026-01-01 12:00+00', i FROM generate_series(1, 50) i;
CREATE VIEW shop.totals AS SELECT user_id, sum(total) AS total FROM shop.orders GROUP BY 1;
CREATE SEQUENCE shop.used;
SELECT nextval('shop.used');
CREATE SEQUENCE shop.unused;
CREATE TABLE shop.numbered (id bigint DEFAULT nextval('shop.used'));
CREATE TYPE shop.mood AS ENUM ('good', 'bad');
CREATE TABLE shop.moods (id int PRIMARY KEY, m shop.mood);
INSERT INTO shop.moods VALUES (1, 'good');
CREATE DOMAIN shop.unused_domain AS text;
CREATE FUNCTION shop.greeting(who bigint) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT u.name FROM shop.users u WHERE u.id = who); END';
CREATE SCHEMA hollow;
CREATE ROLE regress_lint_leaver;
CREATE TABLE shop.left_behind (x int);
ALTER TABLE shop.left_behind OWNER TO regress_lint_leaver;
ANALYZE;
SET enable_seqscan = off;
SELECT count(*) FROM shop.orders WHERE status = 'open';
SELECT count(*) FROM shop.orders WHERE user_id = 7;
RESET enable_seqscan;
SELECT pg_stat_force_next_flush();
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text, expected text[]);
CREATE FUNCTION found(body text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE result text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT array_agg(rule || ' ' || severity ORDER BY statement, rule) INTO result FROM migrator.lint(module => 'case')
    WHERE rule IN ('drop-table', 'drop-column', 'drop-schema', 'drop-sequence', 'drop-database', 'drop-owned', 'drop-cascade',
                   'truncate', 'narrow-type', 'drop-constraint', 'drop-not-null', 'drop-used-index', 'unbatched-write',
                   'backfill-with-ddl', 'refused-by-plan');
    PERFORM migrator.unload('1', module => 'case');
    RETURN coalesce(result, '{}');
END $$;
INSERT INTO cases (body, expected) VALUES
    -- tables
    ('DROP TABLE shop.lines', '{drop-table warning}'),
    ('DROP TABLE shop.empty', '{drop-table info}'),
    ('DROP TABLE IF EXISTS shop.nothing', '{}'),
    ('CREATE TABLE shop.t (x int); DROP TABLE shop.t', '{}'),
    ('CREATE TABLE shop.t (x int); INSERT INTO shop.t SELECT generate_series(1, 100000); TRUNCATE shop.t', '{}'),
    ('DROP TABLE shop.orders CASCADE', '{drop-cascade warning,drop-table warning}'),
    ('DROP TABLE shop.lines CASCADE', '{drop-table warning}'),
    ('DROP TABLE shop.orders, shop.lines CASCADE', '{drop-cascade warning,drop-table warning,drop-table warning}'),
    ('DROP VIEW shop.totals; DROP TABLE shop.orders, shop.lines CASCADE', '{drop-table warning,drop-table warning}'),
    ('DROP VIEW shop.totals', '{}'),
    ('CREATE TEMP TABLE t (x int); DROP TABLE t', '{}'),
    -- columns
    ('ALTER TABLE shop.orders DROP COLUMN note', '{drop-column warning}'),
    ('ALTER TABLE shop.orders DROP COLUMN total', '{drop-column error}'),
    ('DROP VIEW shop.totals; ALTER TABLE shop.orders DROP COLUMN priced, DROP COLUMN total', '{drop-column warning,drop-column warning}'),
    ('DROP VIEW shop.totals; ALTER TABLE shop.orders DROP COLUMN total', '{drop-column error}'), -- a generated column has it
    ('DROP VIEW shop.totals; ALTER TABLE shop.orders DROP COLUMN priced; ALTER TABLE shop.orders DROP COLUMN total', '{drop-column warning,drop-column warning}'),
    ('DROP VIEW shop.totals; ALTER TABLE shop.orders DROP COLUMN total CASCADE', '{drop-cascade warning,drop-column warning}'),
    ('ALTER TABLE shop.orders DROP COLUMN total CASCADE', '{drop-cascade warning,drop-column warning}'),
    ('ALTER TABLE shop.empty DROP COLUMN x', '{drop-column info}'),
    ('ALTER TABLE shop.orders ADD COLUMN fresh int; ALTER TABLE shop.orders DROP COLUMN fresh', '{}'),
    ('ALTER TABLE shop.users DROP COLUMN name', '{drop-column warning}'),
    -- schemas, sequences, what a role owns
    ('DROP SCHEMA shop CASCADE', '{drop-schema warning}'),
    ('DROP SCHEMA hollow CASCADE', '{}'),
    ('DROP SCHEMA hollow', '{}'),
    ('DROP SEQUENCE shop.used', '{drop-sequence error}'),
    ('DROP SEQUENCE shop.used CASCADE', '{drop-sequence warning}'),
    ('DROP SEQUENCE shop.unused', '{}'),
    ('DROP OWNED BY regress_lint_leaver', '{drop-owned warning}'),
    ('-- migrator: no-transaction
DROP DATABASE template1', '{drop-database error}'),
    ('-- migrator: no-transaction
CREATE DATABASE regress_lint_new; DROP DATABASE regress_lint_new', '{}'),
    -- types and functions with CASCADE
    ('DROP TYPE shop.mood CASCADE', '{drop-cascade warning}'),
    ('DROP DOMAIN shop.unused_domain CASCADE', '{}'),
    ('DROP CAST IF EXISTS (shop.mood AS text) CASCADE; DROP OPERATOR IF EXISTS @#@ (text, text) CASCADE; DROP POLICY IF EXISTS p ON shop.users CASCADE', '{}'),
    ('DROP TRIGGER IF EXISTS t ON shop.users CASCADE; DROP AGGREGATE IF EXISTS shop.a(int) CASCADE; DROP ROUTINE IF EXISTS nowhere.f CASCADE; DROP TYPE IF EXISTS nowhere.t CASCADE', '{}'),
    ('DROP FUNCTION shop.greeting(bigint) CASCADE', '{}'),
    -- TRUNCATE
    ('TRUNCATE shop.lines', '{truncate warning}'),
    ('TRUNCATE shop.orders', '{truncate error}'),
    ('TRUNCATE shop.orders CASCADE', '{truncate warning}'),
    ('TRUNCATE shop.orders, shop.lines', '{truncate warning,truncate warning}'),
    ('TRUNCATE shop.empty', '{}'),
    -- narrower types: a small table is read, of a large one the statistics tell
    ('ALTER TABLE shop.small ALTER COLUMN name TYPE varchar(6)', '{}'),
    ('ALTER TABLE shop.small ALTER COLUMN name TYPE varchar(5)', '{narrow-type error}'),
    ('ALTER TABLE shop.small ALTER COLUMN name TYPE varchar(100)', '{}'),
    ('ALTER TABLE shop.small ALTER COLUMN name TYPE varchar(5) USING left(name, 5)', '{narrow-type warning}'),
    ('ALTER TABLE shop.users ALTER COLUMN email TYPE varchar(60)', '{}'),
    ('ALTER TABLE shop.users ALTER COLUMN email TYPE text', '{}'),
    ('ALTER TABLE shop.orders ALTER COLUMN note TYPE varchar(10)', '{narrow-type error}'),
    ('ALTER TABLE shop.orders ALTER COLUMN note TYPE varchar(200)', '{narrow-type warning}'),
    ('ALTER TABLE shop.orders ALTER COLUMN code TYPE varchar(8)', '{narrow-type warning}'),
    ('ALTER TABLE shop.small ALTER COLUMN big TYPE integer', '{}'),
    ('ALTER TABLE shop.small ALTER COLUMN big TYPE bigint', '{}'),
    ('ALTER TABLE shop.orders ALTER COLUMN big TYPE integer', '{narrow-type warning}'),
    ('ALTER TABLE shop.small ALTER COLUMN id TYPE bigint', '{}'),
    ('ALTER TABLE shop.small ALTER COLUMN price TYPE numeric(8,2)', '{narrow-type warning}'),
    ('ALTER TABLE shop.small ALTER COLUMN price TYPE numeric(10,4)', '{}'),
    ('ALTER TABLE shop.small ALTER COLUMN price TYPE integer', '{narrow-type warning}'),
    ('ALTER TABLE shop.small ALTER COLUMN at TYPE date', '{narrow-type warning}'),
    ('ALTER TABLE shop.small ALTER COLUMN at TYPE timestamp', '{narrow-type warning}'),
    ('ALTER TABLE shop.empty ALTER COLUMN x TYPE smallint', '{}'),
    ('ALTER TABLE shop.lines ALTER COLUMN price TYPE real', '{narrow-type warning}'),
    ('CREATE TABLE shop.t (x text); ALTER TABLE shop.t ALTER COLUMN x TYPE varchar(3)', '{}'),
    -- constraints
    ('ALTER TABLE shop.lines DROP CONSTRAINT lines_order_id_fkey', '{drop-constraint info}'),
    ('ALTER TABLE shop.orders DROP CONSTRAINT orders_pkey', '{drop-constraint error}'),
    ('ALTER TABLE shop.small DROP CONSTRAINT small_name_key', '{drop-constraint warning}'),
    ('ALTER TABLE shop.empty DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (x >= 0)', '{}'),
    ('ALTER TABLE shop.empty DROP CONSTRAINT positive; ALTER TABLE shop.empty ADD CONSTRAINT positive CHECK (x >= 0)', '{}'),
    ('ALTER TABLE shop.empty DROP CONSTRAINT positive', '{drop-constraint info}'),
    ('ALTER TABLE shop.small ALTER COLUMN x DROP NOT NULL', '{drop-not-null info}'),
    ('ALTER TABLE shop.users ALTER COLUMN name DROP NOT NULL', '{}'),
    -- indexes
    ('DROP INDEX shop.orders_status', '{drop-used-index warning}'),
    ('DROP INDEX shop.orders_user', '{}'), -- orders_user_at serves the same
    ('DROP INDEX shop.orders_never', '{}'),
    ('DROP INDEX shop.orders_code', '{drop-used-index warning}'),
    ('DROP INDEX shop.orders_pkey', '{drop-used-index error}'),
    ('-- migrator: no-transaction
DROP INDEX CONCURRENTLY shop.orders_status', '{drop-used-index warning}'),
    ('CREATE INDEX orders_status_2 ON shop.orders (status, at); DROP INDEX shop.orders_status', '{}'),
    -- rows in great number
    ('UPDATE shop.orders SET note = ''x''', '{unbatched-write warning}'),
    ('UPDATE shop.orders SET note = ''x'' WHERE id = 7', '{}'),
    ('UPDATE shop.orders SET note = ''x'' WHERE id IN (1, 2, 3)', '{}'),
    ('UPDATE shop.orders SET note = ''x'' WHERE status = ''open''', '{}'),
    ('UPDATE shop.orders SET note = ''x'' WHERE status = ''done''', '{unbatched-write warning}'),
    ('UPDATE shop.orders SET note = ''x'' WHERE note IS NULL', '{}'),
    ('UPDATE shop.orders SET note = ''x'' WHERE note IS NOT NULL', '{unbatched-write warning}'),
    ('UPDATE shop.orders SET note = ''x'' WHERE id IN (SELECT id FROM shop.orders ORDER BY id LIMIT 1000)', '{}'),
    ('UPDATE shop.orders SET note = ''x'' WHERE ctid = ANY (ARRAY(SELECT ctid FROM shop.orders LIMIT 1000))', '{}'),
    ('UPDATE shop.orders o SET note = l.price FROM shop.lines l WHERE o.id = l.order_id', '{}'),
    ('UPDATE shop.users SET name = lower(name)', '{}'),
    ('DELETE FROM shop.orders', '{unbatched-write warning}'),
    ('DELETE FROM shop.orders WHERE status = ''open''', '{}'),
    ('DELETE FROM shop.lines', '{}'),
    ('CREATE TABLE shop.t AS SELECT * FROM shop.orders; UPDATE shop.t SET note = ''x''', '{}'),
    ('INSERT INTO shop.users VALUES (200, ''a'')', '{}'),
    ('MERGE INTO shop.orders o USING shop.lines l ON o.id = l.order_id WHEN MATCHED THEN DELETE', '{}'),
    ('-- migrator: no-transaction
ALTER TABLE shop.orders ADD COLUMN fresh text;
UPDATE shop.orders SET fresh = note', '{unbatched-write warning}'),
    ('ALTER TABLE shop.orders ADD COLUMN fresh text; UPDATE shop.orders SET fresh = note', '{backfill-with-ddl warning}'),
    ('ALTER TABLE shop.orders ADD COLUMN fresh text; UPDATE shop.orders SET fresh = note WHERE fresh IS NULL', '{backfill-with-ddl warning}'),
    ('ALTER TABLE shop.orders ADD COLUMN fresh text; UPDATE shop.orders SET fresh = note WHERE id = 1', '{}'),
    ('ALTER TABLE shop.users ADD COLUMN fresh text; UPDATE shop.users SET fresh = name', '{}'),
    ('ALTER TABLE shop.users ADD COLUMN fresh text; UPDATE shop.orders SET note = NULL', '{backfill-with-ddl warning}'),
    ('CREATE TABLE shop.t (x bigint); INSERT INTO shop.t SELECT id FROM shop.orders', '{}'),
    ('ALTER TABLE shop.users ADD COLUMN fresh text; INSERT INTO shop.lines SELECT id + 100000, id FROM shop.orders', '{backfill-with-ddl warning}'),
    ('ALTER TABLE shop.users ADD COLUMN fresh text; INSERT INTO shop.lines SELECT g, g FROM generate_series(1001, 1010) g', '{}'),
    ('-- migrator: allow=drop-column it was empty anyway
ALTER TABLE shop.orders DROP COLUMN note', '{}');
-- Missed, or a false alarm:
SELECT body, expected, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE expected <> found;
SELECT count(*) FROM cases;
-- What is said.
CREATE VIEW said AS SELECT rule, severity, regexp_replace(regexp_replace(message, ', \d+ [kMG]B\)', ')', 'g'), '\d[\d,]* (row|scan)s?', 'N \1s', 'g') AS message, hint FROM migrator.lint(module => 'said') WHERE rule IN ('drop-table', 'drop-column', 'drop-schema', 'drop-sequence', 'drop-cascade', 'truncate', 'narrow-type', 'drop-constraint', 'drop-used-index', 'unbatched-write', 'backfill-with-ddl');
\pset format unaligned
SELECT migrator.load('1', 'a', 'ALTER TABLE shop.users DROP COLUMN name; ALTER TABLE shop.orders DROP COLUMN total; ALTER TABLE shop.orders DROP COLUMN status;
TRUNCATE shop.orders CASCADE; ALTER TABLE shop.orders ALTER note TYPE varchar(10); ALTER TABLE shop.small ALTER price TYPE numeric(8,2);
ALTER TABLE shop.small DROP CONSTRAINT small_name_key; DROP INDEX shop.orders_code; DROP SEQUENCE shop.used; DROP TABLE shop.orders CASCADE; DROP SCHEMA shop CASCADE', module => 'said');
SELECT * FROM said;
SELECT migrator.load('1', 'a', '-- migrator: no-transaction
UPDATE shop.orders SET note = NULL', module => 'said');
SELECT * FROM said;
SELECT migrator.load('1', 'a', 'ALTER TABLE shop.orders ADD fresh int; UPDATE shop.orders SET fresh = 1', module => 'said');
SELECT * FROM said;
-- What an earlier statement has taken out of the way makes no statement fail; what is still there does.
CREATE FUNCTION shop.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER noted AFTER UPDATE ON shop.orders FOR EACH ROW WHEN (old.note IS DISTINCT FROM new.note) EXECUTE FUNCTION shop.nothing();
CREATE POLICY own ON shop.orders USING (code = current_user);
CREATE VIEW shop.grand_total AS SELECT sum(total) FROM shop.totals;
CREATE TABLE shop.marks (line bigint REFERENCES shop.lines);
CREATE TABLE gone (id int GENERATED ALWAYS AS IDENTITY, body text, fails text);
INSERT INTO gone (body, fails) VALUES
    ('DROP SEQUENCE shop.used', 'drop-sequence'),
    ('ALTER TABLE shop.numbered ALTER id DROP DEFAULT; DROP SEQUENCE shop.used', NULL),
    ('ALTER TABLE shop.numbered ALTER id SET DEFAULT 1; DROP SEQUENCE shop.used', NULL),
    ('ALTER TABLE shop.numbered DROP id; DROP SEQUENCE shop.used', NULL),
    ('DROP TABLE shop.numbered; DROP SEQUENCE shop.used', NULL),
    ('TRUNCATE shop.lines', 'truncate'),
    ('ALTER TABLE shop.marks DROP line; TRUNCATE shop.lines', NULL),
    ('ALTER TABLE shop.marks DROP CONSTRAINT marks_line_fkey; TRUNCATE shop.lines', NULL),
    ('ALTER TABLE shop.marks DROP CONSTRAINT marks_line_fkey; TRUNCATE shop.orders, shop.lines', NULL),
    ('TRUNCATE shop.orders, shop.lines', 'truncate, truncate'),
    ('DROP TABLE shop.lines CASCADE; TRUNCATE shop.orders', NULL),
    ('ALTER TABLE shop.orders DROP note', 'drop-column'),
    ('DROP TRIGGER noted ON shop.orders; ALTER TABLE shop.orders DROP note', NULL),
    ('DROP TRIGGER IF EXISTS noted ON shop.users; ALTER TABLE shop.orders DROP note', 'drop-column'),
    ('ALTER TABLE shop.orders ALTER code TYPE text', 'change-type'),
    ('DROP POLICY own ON shop.orders; ALTER TABLE shop.orders ALTER code TYPE text', NULL),
    ('ALTER TABLE shop.orders ALTER code TYPE text; DROP POLICY own ON shop.orders', 'change-type'),
    ('ALTER TABLE shop.orders DROP priced; ALTER TABLE shop.orders DROP total', 'drop-column'),
    ('ALTER TABLE shop.orders DROP priced; DROP VIEW shop.totals CASCADE; ALTER TABLE shop.orders DROP total', NULL),
    ('ALTER TABLE shop.orders ADD fresh int, DROP priced; ALTER TABLE shop.orders DROP fresh CASCADE; ALTER TABLE shop.orders DROP total', 'drop-column'),
    ('ALTER TABLE shop.orders DROP priced; ALTER TABLE shop.orders DROP user_id CASCADE; ALTER TABLE shop.orders DROP total', NULL);
CREATE FUNCTION fails(body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'gone');
    SELECT string_agg(rule, ', ') INTO result FROM migrator.lint(module => 'gone') WHERE severity = 'error';
    IF (result IS NULL) <> NOT EXISTS (SELECT FROM migrator.rehearse(module => 'gone') WHERE error IS NOT NULL) THEN
        result := concat('rehearse() knows better: ', result);
    END IF;
    RETURN result;
END $$;
SELECT body, fails, fails(body) AS found FROM gone WHERE fails IS DISTINCT FROM fails(body) ORDER BY id;
DROP FUNCTION fails;
DROP TABLE gone;
-- Nothing was executed.
SELECT (SELECT count(*) FROM shop.orders) AS orders, (SELECT count(*) FROM migrator.history) AS runs;
-- A role without rights learns nothing of values that it may not read.
CREATE ROLE regress_lint_reader;
GRANT USAGE ON SCHEMA migrator, shop TO regress_lint_reader;
GRANT EXECUTE ON FUNCTION migrator.lint TO regress_lint_reader;
SELECT migrator.load('1', 'a', 'ALTER TABLE shop.small ALTER name TYPE varchar(5); ALTER TABLE shop.orders ALTER note TYPE varchar(10)', module => 'said');
SET ROLE regress_lint_reader;
SELECT rule, severity FROM migrator.lint(module => 'said') WHERE rule = 'narrow-type';
RESET ROLE;
DROP OWNED BY regress_lint_reader, regress_lint_leaver;
DROP ROLE regress_lint_reader, regress_lint_leaver;
DROP VIEW said;
DROP FUNCTION found;
DROP TABLE cases;
DROP SCHEMA shop CASCADE;
DROP SCHEMA hollow;
DROP EXTENSION migrator;
