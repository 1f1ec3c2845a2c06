-- rehearse() runs everything pending, says what each statement did, and leaves nothing. Its locks are compared with
-- pg_locks, and a digest of the whole database, in test/cluster/rehearse_*.sh.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET migrator.on_hazard = ignore;
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE customers (id int PRIMARY KEY, email text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, note text);
CREATE SEQUENCE tickets;
-- What every version tells: 17 knows of REINDEX besides, and NOT NULL is an object in 18.
CREATE FUNCTION on_any(objects text[]) RETURNS text[] LANGUAGE sql
    RETURN nullif(ARRAY(SELECT object FROM unnest(objects) object WHERE object !~ '_not_null|REINDEX'), '{}');
INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 100) AS n;
INSERT INTO orders SELECT n, n, 'n' || n FROM generate_series(1, 100) AS n;

-- Nothing is pending.
SELECT * FROM migrator.rehearse();

-- Each column; later statements on top of earlier ones.
SELECT FROM migrator.load('1', 'first', $$CREATE TABLE fresh (id int PRIMARY KEY REFERENCES customers);
INSERT INTO fresh SELECT id FROM customers;

UPDATE orders SET note = note || '!' WHERE id <= 30;
SELECT nextval('tickets') FROM generate_series(1, 3);$$);
SELECT FROM migrator.load('2', 'second', $$ALTER TABLE orders ADD COLUMN total numeric DEFAULT 0;
ALTER TABLE orders ALTER note SET NOT NULL;
ALTER TABLE orders ADD CHECK (id > 0) NOT VALID;
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE orders ALTER id TYPE bigint;
TRUNCATE fresh, orders;
DO $do$ BEGIN DROP TABLE fresh; CREATE INDEX ON customers (email); END $do$;
COMMENT ON TABLE customers IS 'people'$$);
\pset null '-'
SELECT version, statement, line, command, rows, locks, note FROM migrator.rehearse();
SELECT version, statement, rewrites, scans, on_any(objects) AS objects FROM migrator.rehearse();
SELECT count(*) FILTER (WHERE execution_time_ms > 0 AND execution_time_ms = duration_ms) AS timed, count(*) FILTER (WHERE wal_bytes > 0) > 8 AS wrote,
    count(sql) AS with_sql, count(error) AS failed, count(blocks) AS blocking, count(*) FILTER (WHERE verify) AS verify
FROM migrator.rehearse();
SELECT sql FROM migrator.rehearse('1');
-- It left nothing but the sequence, and the dry run of apply() says the same.
SELECT to_regclass('fresh') AS fresh, (SELECT count(*) FROM migrator.history) AS history, last_value > 3 AS advanced
FROM tickets;
SELECT version, status, error FROM migrator.apply(dry_run => true);
SELECT version, status FROM migrator.status();

-- A target, a module, and what is refused before anything runs.
SELECT DISTINCT version FROM migrator.rehearse('1');
SELECT FROM migrator.load('1', 'other', 'SELECT 1', module => 'other');
SELECT version, statement, command, rows FROM migrator.rehearse(module => 'other');
SELECT * FROM migrator.rehearse('99');
SELECT * FROM migrator.rehearse(module => '');
BEGIN READ ONLY;
SELECT * FROM migrator.rehearse();
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM migrator.rehearse();
ROLLBACK;

-- An error is the last row; what comes after it is not tried, and the session continues.
SELECT FROM migrator.load('3', 'bad', E'CREATE TABLE third ();\nPREPARE p AS SELECT 1;\nSELECT pg_advisory_lock(1);\n\nSELECT 1 / 0;\nCREATE TABLE never ()');
SELECT FROM migrator.load('4', 'behind', 'SELECT 1');
SELECT version, statement, line, command, duration_ms > 0 AS timed, error, sqlstate FROM migrator.rehearse() OFFSET 12;
SELECT name FROM pg_prepared_statements;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory';
SELECT migrator.unload(i::text) FROM generate_series(1, 2) AS i \g /dev/null
-- A deferred constraint fails after the statements, a verify script at its own.
SELECT FROM migrator.load('3', 'bad', $$CREATE TABLE c (id int REFERENCES customers DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO c VALUES (4711)$$);
SELECT version, statement, line, command, sql, error, sqlstate FROM migrator.rehearse() WHERE error IS NOT NULL;
SELECT action FROM migrator.load_file('3_bad.sql', E'-- UP\nCREATE TABLE c (id int);\n-- VERIFY\nLOCK c;\nLOCK customers;\nSELECT 1 / count(*) FROM c;');
SELECT version, statement, line, command, locks, error, verify FROM migrator.rehearse();
SELECT action FROM migrator.load_file('3_bad.sql', E'-- UP\nCREATE TABLE c (id int);\n-- VERIFY\nLOCK customers;\n');
SELECT FROM migrator.load('4', 'behind', 'LOCK customers');
SELECT version, statement, locks, verify FROM migrator.rehearse();
SELECT migrator.unload(i::text) FROM generate_series(3, 4) AS i \g /dev/null

-- CONCURRENTLY in its plain form; what has none is passed over; what the server refuses of it is an error here too.
CREATE TABLE parts (id int) PARTITION BY LIST (id);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
CREATE INDEX orders_note ON orders (note);
SELECT FROM migrator.load('1', 'c', 'CREATE INDEX CONCURRENTLY orders_total ON orders (customer_id)');
SELECT FROM migrator.load('2', 'd', 'DROP INDEX CONCURRENTLY orders_total; REINDEX INDEX CONCURRENTLY orders_note');
SELECT FROM migrator.load('3', 'e', 'ALTER TABLE parts DETACH PARTITION part_1 CONCURRENTLY');
SELECT FROM migrator.load('4', 'f', 'VACUUM orders; ALTER SYSTEM SET work_mem = 1; CREATE DATABASE never;
    REINDEX SCHEMA app; REINDEX SCHEMA CONCURRENTLY app; DISCARD ALL; CLUSTER');
CREATE PROCEDURE commits() LANGUAGE plpgsql AS 'BEGIN INSERT INTO customers VALUES (1001); COMMIT; END';
SELECT FROM migrator.load('5', 'g', E'-- migrator: no-transaction\nSET work_mem = \'1MB\'; CALL commits();
    SELECT current_setting(\'work_mem\'); BEGIN; LOCK orders; COMMIT; REINDEX TABLE parts');
SELECT version, statement, command, rows, locks, on_any(objects) AS objects, note FROM migrator.rehearse();
SHOW work_mem;
SELECT count(*) FROM customers WHERE id > 1000;
SELECT FROM migrator.load('6', 'h', 'CREATE INDEX CONCURRENTLY ON parts (id)');
SELECT version, error, sqlstate FROM migrator.rehearse() WHERE error IS NOT NULL;
SELECT FROM migrator.load('6', 'h', 'DROP INDEX CONCURRENTLY orders_note CASCADE');
SELECT version, error, sqlstate FROM migrator.rehearse() WHERE error IS NOT NULL;
SELECT FROM migrator.load('6', 'h', 'ALTER SYSTEM SET work_mem = 1; SELECT 1');
SELECT * FROM migrator.rehearse();
SELECT FROM migrator.load('6', 'h', $$DO 'BEGIN ALTER SYSTEM SET work_mem = 1; END'$$);
SELECT version, error, sqlstate FROM migrator.rehearse() WHERE error IS NOT NULL;
SELECT count(*) FROM pg_file_settings WHERE name = 'work_mem';
SELECT migrator.unload(i::text) FROM generate_series(1, 6) AS i \g /dev/null

-- An enum value that one migration adds and a later one uses, unless an index that is there could store it.
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE diary (id int PRIMARY KEY, mood mood);
INSERT INTO diary VALUES (1, 'sad');
SELECT FROM migrator.load('1', 'add', $$ALTER TYPE mood ADD VALUE 'mad' BEFORE 'sad'$$);
SELECT FROM migrator.load('2', 'use', $$UPDATE diary SET mood = 'mad'; CREATE INDEX ON diary (mood)$$);
SELECT version, statement, rows, error, note FROM migrator.rehearse();
CREATE INDEX ON diary (mood);
SELECT version, statement, rows, error, sqlstate, note FROM migrator.rehearse();
SELECT FROM diary WHERE mood < 'glad';
-- The same for one whose ALTER TYPE only shows when it runs.
SELECT FROM migrator.load('1', 'add', $$DO 'BEGIN ALTER TYPE mood ADD VALUE ''mad'' BEFORE ''sad''; END'$$);
SELECT version, statement, error, sqlstate, note FROM migrator.rehearse();
DROP INDEX diary_mood_idx;
SELECT version, statement, rows, error, note FROM migrator.rehearse();
SELECT FROM migrator.load('1', 'add', $$ALTER TYPE mood ADD VALUE 'mad' BEFORE 'sad'$$);
-- What the caller has added itself stays unused.
-- Nor does one migration use its own.
SELECT FROM migrator.load('0', 'both', $$ALTER TYPE mood ADD VALUE 'bored'; UPDATE diary SET mood = 'bored'$$);
SELECT version, statement, error, note FROM migrator.rehearse();
SELECT migrator.unload('0') \g /dev/null
BEGIN;
ALTER TYPE mood ADD VALUE 'bad';
SELECT version, error, sqlstate FROM migrator.rehearse() WHERE error IS NOT NULL;
UPDATE diary SET mood = 'bad';
ROLLBACK;
SELECT migrator.unload(i::text) FROM generate_series(1, 2) AS i \g /dev/null

-- Limits. The statement's own is a finding; so is that of the whole rehearsal.
SELECT FROM migrator.load('1', 'slow', E'-- migrator: statement_timeout=300ms\nSELECT 1; SELECT pg_sleep(10)');
SELECT statement, error, sqlstate FROM migrator.rehearse();
SELECT FROM migrator.load('1', 'slow', 'SELECT 1; SELECT pg_sleep(10)');
SET migrator.rehearse_timeout = '1s';
SELECT statement, duration_ms BETWEEN 20 AND 5000 AS timed, error, sqlstate FROM migrator.rehearse();
SELECT version, status, error FROM migrator.apply(dry_run => true);
RESET migrator.rehearse_timeout;
SELECT pg_sleep(1.1);
-- A cancel of the caller's is no finding.
SET statement_timeout = '50ms';
SELECT * FROM migrator.rehearse();
RESET statement_timeout;
-- No body waits longer for a lock than the rehearsal may.
SELECT FROM migrator.load('1', 'slow', $$SET lock_timeout = '1h'; SELECT current_setting('lock_timeout')::interval$$);
SELECT FROM migrator.load('2', 'look', $$SELECT 1 / (current_setting('lock_timeout') = '1s')::int$$);
SELECT version, statement, error FROM migrator.rehearse();
SHOW lock_timeout;
SELECT migrator.unload(i::text) FROM generate_series(1, 2) AS i \g /dev/null

-- Bodies run as the caller, who needs EXECUTE.
CREATE ROLE regress_migrator_rehearse;
GRANT USAGE ON SCHEMA migrator, app TO regress_migrator_rehearse;
SELECT FROM migrator.load('1', 'secret', 'SELECT count(*) FROM customers');
SET ROLE regress_migrator_rehearse;
SELECT * FROM migrator.rehearse();
RESET ROLE;
GRANT EXECUTE ON FUNCTION migrator.rehearse TO regress_migrator_rehearse;
SET ROLE regress_migrator_rehearse;
SELECT version, statement, error, sqlstate FROM migrator.rehearse();
RESET ROLE;

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
DROP OWNED BY regress_migrator_rehearse;
DROP ROLE regress_migrator_rehearse;
