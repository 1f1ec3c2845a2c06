-- Two people's migrations, of which neither knew of the other.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
SET track_counts = off; -- whether a table counts as used depends on when that is reported
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE orders (id int PRIMARY KEY, total int, note text);
CREATE TABLE users (id int PRIMARY KEY, email text);
CREATE TYPE mood AS ENUM ('sad');
\pset format unaligned
\pset tuples_only on
\set SHOW_CONTEXT never

-- What is found for one pair of bodies. report() finds the same in its one rehearsal.
CREATE FUNCTION pair(a text, b text) RETURNS TABLE (object text, why text) LANGUAGE plpgsql AS $$
DECLARE
    found text[];
    reported text[];
BEGIN
    PERFORM migrator.load('1', 'a', a);
    PERFORM migrator.load('2', 'b', b);
    RETURN QUERY SELECT c.object, c.why FROM migrator.conflicts() c;
    SELECT array_agg(format('in conflict with %s over %s: %s', c.version_a, c.object, c.why)) INTO found FROM migrator.conflicts() c;
    SELECT array_agg(f->>'message') INTO reported
    FROM jsonb_path_query(migrator.report('json')::jsonb, '$.migrations[*] ? (@.version == "2").findings[*] ? (@.rule == "conflict")') f;
    IF reported IS DISTINCT FROM found THEN
        RAISE WARNING 'report() has % where conflicts() has %', reported, found;
    END IF;
    PERFORM migrator.unload('1');
    PERFORM migrator.unload('2');
END $$;

-- One adds to, the other renames, the same table; in both orders.
SELECT * FROM pair('ALTER TABLE orders ADD paid bool', 'ALTER TABLE orders RENAME TO sales');
SELECT * FROM pair('ALTER TABLE orders RENAME TO sales', 'ALTER TABLE orders ADD paid bool');
SELECT * FROM pair('ALTER TABLE orders RENAME total TO sum', 'ALTER TABLE orders ALTER total TYPE bigint');
SELECT * FROM pair('ALTER TABLE orders ALTER total TYPE bigint', 'ALTER TABLE orders RENAME total TO sum');
SELECT * FROM pair('UPDATE orders SET total = 0', 'ALTER TABLE orders RENAME total TO sum');
SELECT * FROM pair('CREATE VIEW v AS SELECT total FROM orders', 'ALTER TABLE orders RENAME total TO sum');
SELECT * FROM pair('CREATE INDEX ON orders (total)', 'ALTER TABLE orders DROP total');
-- Both create one name.
SELECT * FROM pair('CREATE TABLE t (n int)', 'CREATE TABLE t (m text)');
SELECT * FROM pair('CREATE TABLE t (n int)', 'CREATE TABLE IF NOT EXISTS t (m text)');
SELECT * FROM pair('ALTER TABLE orders ADD x int', 'ALTER TABLE orders ADD x text');
SELECT * FROM pair('CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1', 'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql RETURN 2');
SELECT * FROM pair('CREATE INDEX i ON orders (total)', 'CREATE INDEX i ON users (email)');
SELECT * FROM pair($$ALTER TYPE mood ADD VALUE 'ok'$$, $$ALTER TYPE mood ADD VALUE 'ok'$$);
-- Names with the parenthesis that begins the arguments in an identity.
CREATE SCHEMA "a(b";
CREATE FUNCTION "a(b"."f(x"(int) RETURNS int LANGUAGE sql RETURN 1;
SELECT * FROM pair('ALTER FUNCTION "a(b"."f(x"(int) COST 7', 'ALTER FUNCTION "a(b"."f(x"(int) RENAME TO "g(y"');
SELECT * FROM pair('ALTER FUNCTION "a(b"."f(x"(int) COST 7', 'ALTER FUNCTION "a(b"."f(x"(int) SET SCHEMA app');
DROP SCHEMA "a(b" CASCADE;
-- One drops what the other uses.
SELECT * FROM pair('INSERT INTO users VALUES (1)', 'DROP TABLE users');
SELECT * FROM pair('DROP TABLE users', 'INSERT INTO users VALUES (1)');
SELECT * FROM pair('CREATE TABLE t (id int REFERENCES users)', 'DROP TABLE users CASCADE');
SELECT * FROM pair('DO $do$ BEGIN ALTER TABLE app.orders ADD x int; END $do$', 'DO $do$ BEGIN DROP TABLE app.orders; END $do$');
-- Both set one thing.
SELECT * FROM pair('ALTER TABLE orders ALTER total TYPE bigint', 'ALTER TABLE orders ALTER total TYPE numeric');
SELECT * FROM pair('ALTER TABLE orders ALTER total SET DEFAULT 1', 'ALTER TABLE orders ALTER total SET DEFAULT 2');

-- None: each of these may run in either order, or the later builds on the earlier.
SELECT * FROM pair('ALTER TABLE orders ADD a int', 'ALTER TABLE orders ADD b int');
SELECT * FROM pair('CREATE INDEX ON orders (total)', 'CREATE INDEX ON orders (note)');
SELECT * FROM pair('CREATE TABLE t (n int)', 'ALTER TABLE t ADD m int; ALTER TABLE t RENAME n TO k; DROP TABLE t');
SELECT * FROM pair('ALTER TABLE orders ADD a int', 'UPDATE orders SET a = 1; ALTER TABLE orders ALTER a SET NOT NULL');
SELECT * FROM pair('ALTER TABLE orders RENAME TO sales', 'ALTER TABLE sales ADD a int');
SELECT * FROM pair('UPDATE orders SET note = NULL', 'ALTER TABLE orders RENAME total TO sum');
SELECT * FROM pair('INSERT INTO users VALUES (1)', 'INSERT INTO users VALUES (2)');
SELECT * FROM pair('CREATE TABLE t (id int REFERENCES users)', 'CREATE TABLE u (id int REFERENCES users)');
SELECT * FROM pair('ALTER TABLE orders ALTER total SET NOT NULL', 'ALTER TABLE orders ALTER total SET DEFAULT 2');
SELECT * FROM pair('SELECT 1/0', 'ALTER TABLE orders ADD b int');

-- One that fails stops none of the others, and nothing is left behind.
SELECT migrator.load('1', 'a', 'ALTER TABLE orders RENAME total TO sum');
SELECT migrator.load('2', 'b', 'UPDATE orders SET total = 1');
SELECT migrator.load('3', 'c', 'ALTER TABLE users DROP email');
SELECT migrator.load('4', 'd', 'CREATE INDEX CONCURRENTLY ON users (email)');
SELECT version_a, version_b, object FROM migrator.conflicts();
SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 ORDER BY attnum;
SELECT count(*) FROM migrator.history;
SELECT migrator.unload(v::text) FROM generate_series(2, 4) v;

-- A newer one has been applied already.
SELECT version, status FROM migrator.apply();
SELECT migrator.load('0.5', 'late', 'ALTER TABLE orders ALTER sum TYPE bigint');
SELECT migrator.load('2', 'next', 'ALTER TABLE orders ALTER sum TYPE numeric');
SELECT version_a, version_b, object FROM migrator.conflicts();
SET migrator.out_of_order = error; -- is for apply(), not for the question
SELECT count(*) FROM migrator.conflicts();
SELECT count(*) FROM migrator.conflicts(module => 'none');
BEGIN TRANSACTION READ ONLY;
SELECT * FROM migrator.conflicts();
ROLLBACK;
-- What the text of an applied one touched is called as if it had been observed.
CREATE TYPE address AS (street text);
CREATE VIEW names AS SELECT id, note FROM orders;
CREATE INDEX by_note ON orders (note);
SET migrator.on_hazard = ignore;
SELECT migrator.unload('0.5'), migrator.unload('2');
SELECT migrator.load('3', 'newer', 'ALTER TYPE address ADD ATTRIBUTE zip text; ALTER INDEX by_note SET (fillfactor = 70);
    ALTER VIEW names ALTER note SET DEFAULT 1; ALTER VIEW names RENAME id TO number');
SELECT version, status FROM migrator.apply();
SELECT migrator.load('2.1', 'late', 'ALTER TYPE address ADD ATTRIBUTE zip text');
SELECT migrator.load('2.2', 'late', 'ALTER INDEX by_note SET (fillfactor = 80)');
SELECT migrator.load('2.3', 'late', 'ALTER VIEW names ALTER note SET DEFAULT 2');
SELECT migrator.load('2.4', 'late', 'ALTER VIEW names ALTER id SET DEFAULT 2');
SELECT version_a, version_b, object, why FROM migrator.conflicts();
SELECT migrator.unload(version) FROM migrator.status() WHERE status <> 'applied';
-- Reading it says nothing: its NOTICEs were those of its run.
SELECT migrator.load('4', 'long name', format('ALTER TABLE users ADD %I int', repeat('long', 20)));
SELECT version, status FROM migrator.apply();
SELECT migrator.load('3.5', 'late', 'ALTER TABLE users ADD short int');
SET client_min_messages = notice;
SELECT version_a, version_b, object FROM migrator.conflicts();
SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
