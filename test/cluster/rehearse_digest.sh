#!/usr/bin/env bash
# A rehearsal leaves nothing: a digest over every row of every catalog and of every table is the same before and after,
# and so are the locks, settings and prepared statements of the session; after one that succeeds, one that fails, one
# that is cancelled, and a dry run.
set -euo pipefail
. test/cluster/checks.bash

server digest autovacuum=off max_locks_per_transaction=256 wal_level=logical
database app
export PGOPTIONS="$PGOPTIONS -c migrator.on_hazard=ignore"

psql -X -q -v ON_ERROR_STOP=1 <<'END'
CREATE SCHEMA digest;
-- Left out is what the server overwrites in place, so that no ROLLBACK takes it back (sql/dry_run.sql shows that it does
-- so by itself): pg_class.relpages, reltuples, relallvisible, relallfrozen (from 18 on), relhasindex and the horizons of
-- VACUUM.
CREATE FUNCTION digest.now() RETURNS TABLE (relation text, digest text) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE columns text; one regclass;
BEGIN
    FOR one IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('r', 'm', 'S') AND relpersistence <> 't' AND nspname <> 'digest'
        ORDER BY c.oid
    LOOP
        SELECT string_agg(format('t.%I::text', attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute WHERE attrelid = one AND (attnum > 0 OR attname = 'ctid') AND NOT attisdropped
            AND NOT (one = 'pg_class'::regclass AND attname IN
                ('ctid', 'relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'relhasindex', 'relfrozenxid', 'relminmxid'))
            AND NOT (one = 'pg_database'::regclass AND attname IN ('ctid', 'datfrozenxid', 'datminmxid'));
        EXECUTE format('SELECT md5(coalesce(string_agg(r, E''\n'' ORDER BY r COLLATE "C"), '''')) FROM '
                       '(SELECT ROW(%s)::text AS r FROM %s t) AS rows', coalesce(columns, '0'), one) INTO digest;
        relation := one::text;
        RETURN NEXT;
    END LOOP;
END $$;
CREATE TABLE digest.before (relation text, digest text);

CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, note text, total numeric);
CREATE TABLE events (id bigint, at date NOT NULL, body text) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) FROM orders GROUP BY 1;
CREATE VIEW open_orders AS SELECT id, note FROM orders;
CREATE SEQUENCE kept;
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE diary (id int PRIMARY KEY, mood mood);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY orders_all ON orders USING (true);
CREATE PUBLICATION pub FOR TABLE customers;
CREATE ROLE digest_test;
CREATE PROCEDURE commits() LANGUAGE plpgsql AS 'BEGIN INSERT INTO orders DEFAULT VALUES; COMMIT; END';
INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 500) AS n;
INSERT INTO orders SELECT n, n, repeat('long ', 1000), n FROM generate_series(1, 500) AS n;
INSERT INTO events SELECT n, date '2025-12-01' + n, 'e' FROM generate_series(1, 100) AS n;
INSERT INTO diary VALUES (1, 'sad');
SELECT count(migrator.load(version, 'm', body)) FROM (VALUES
('01', 'DROP VIEW open_orders; ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS IDENTITY; ALTER TABLE orders DROP COLUMN total CASCADE;
    ALTER TABLE orders ALTER note SET NOT NULL, ALTER id TYPE bigint USING id * 2'),
('02', 'CREATE INDEX CONCURRENTLY orders_note ON orders (left(note, 10))'),
('03', 'DROP INDEX CONCURRENTLY orders_note; REINDEX TABLE CONCURRENTLY customers; VACUUM FULL orders'),
('04', 'ALTER TABLE events ADD PRIMARY KEY (id, at); DROP TABLE events_rest; INSERT INTO events VALUES (1, ''2025-05-05'')'),
('05', 'ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY'),
('06', 'UPDATE customers SET email = ''x'' || id; DELETE FROM orders WHERE id > 500; TRUNCATE diary, orders CASCADE'),
('07', 'ALTER TYPE mood ADD VALUE ''mad'' BEFORE ''glad'''),
('08', 'INSERT INTO diary VALUES (2, ''mad''); CREATE INDEX ON diary (mood)'),
('09', 'ALTER TABLE orders RENAME TO bestellungen; ALTER TABLE bestellungen SET UNLOGGED;
    CREATE TABLE orders (id serial PRIMARY KEY); INSERT INTO orders DEFAULT VALUES; ALTER TABLE customers SET SCHEMA digest'),
('10', 'CREATE ROLE digest_other; GRANT digest_other TO digest_test; ALTER ROLE digest_test SET work_mem = ''8MB'';
    ALTER DATABASE app SET work_mem = ''8MB''; COMMENT ON DATABASE app IS ''x''; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO digest_test'),
('11', 'DO $$BEGIN CREATE SCHEMA inner_one; CREATE TABLE inner_one.t (id int); DROP FUNCTION touch() CASCADE;
    ALTER PUBLICATION pub ADD TABLE diary; END$$; ANALYZE; CREATE STATISTICS s ON id, mood FROM diary'),
('12', '-- migrator: no-transaction
    SET work_mem = ''1MB''; CALL commits(); PREPARE p AS SELECT 1; SELECT pg_advisory_lock(7); BEGIN; SET LOCAL work_mem = ''2MB'';
    DECLARE c CURSOR FOR SELECT 1; COMMIT; SELECT lo_from_bytea(4711, ''x''); CREATE TEMPORARY TABLE scratch (id int)'),
('13', 'ALTER SYSTEM SET work_mem = ''9MB''; CREATE DATABASE never; DISCARD ALL')
) AS migrations (version, body);
END

# In one session: the digest, what runs, the digest; then what the session keeps.
compare() { # compare COMMANDS..
    local arguments=() command
    for command; do
        arguments+=(-c "$command")
    done
    psql -X -q -A -t -c 'CREATE TEMPORARY TABLE warm_up ()' -c 'TRUNCATE digest.before' \
        -c 'INSERT INTO digest.before SELECT * FROM digest.now()' "${arguments[@]}" \
        -c "SELECT 'differs: ' || relation FROM digest.before b FULL JOIN digest.now() a USING (relation)
            WHERE a.digest IS DISTINCT FROM b.digest" \
        -c "SELECT 'locked: ' || mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype NOT IN ('relation', 'virtualxid')" \
        -c "SELECT 'prepared: ' || name FROM pg_prepared_statements" \
        -c "SELECT 'cursor: ' || name FROM pg_cursors WHERE name <> ''" \
        -c "SELECT 'set: ' || setting FROM pg_settings WHERE name = 'work_mem' AND setting <> '4096'" \
        -c "SELECT 'temporary' WHERE to_regclass('pg_temp.scratch') IS NOT NULL" \
        -c "SELECT 'in the history' FROM migrator.history" 2>&1
}

summary="SELECT count(DISTINCT version), count(*) > 40, string_agg(version || ' ' || statement || ' ' || error, ' ') FROM migrator.rehearse()"
is 'a rehearsal of everything' '13|t|' "$(compare "$summary")"
is 'the digest is of everything' t "$(sql 'SELECT count(*) > 75 FROM digest.before')"
is 'inside a transaction' '13|t|' "$(compare BEGIN "$summary" COMMIT)"
sql "SELECT migrator.load('13', 'm', 'DROP TABLE diary; SELECT 1 / 0')" >/dev/null
is 'one that fails' 'division by zero' "$(compare "SELECT error FROM migrator.rehearse() WHERE error IS NOT NULL")"
sql "SELECT migrator.load('13', 'm', 'DROP TABLE diary; SELECT pg_sleep(100)')" >/dev/null
is 'one that is cancelled' 'ERROR:  canceling statement due to statement timeout
HINT:  statement_timeout is 3s, by SET in this session. It bounds the whole call, whatever a migration sets: SET statement_timeout = 0 before the call, and bound each statement of the migrations by migrator.statement_timeout.
CONTEXT:  migration 13 (m), up line 1, statement 2 of 2' \
    "$(compare "SET statement_timeout = '3s'" "SELECT count(*) FROM migrator.rehearse()" 'RESET statement_timeout')"
is 'one that takes too long' 'canceling statement due to migrator.rehearse_timeout' \
    "$(compare "SET migrator.rehearse_timeout = '3s'" "SELECT error FROM migrator.rehearse() WHERE error IS NOT NULL")"
is 'a dry run' '01|skipped' "$(compare 'SET client_min_messages = error' "SELECT version, status FROM migrator.apply('01', dry_run => true)")"
# Known to see one changed byte, in a catalog and in a table.
is 'the digest sees a comment' 'differs: pg_description' "$(compare "COMMENT ON TABLE diary IS 'x'")"
is 'the digest sees a row' 'differs: public.diary' "$(compare "UPDATE public.diary SET mood = 'glad'")"

# What a rehearsal cannot take back, it says.
sql "SELECT migrator.load('00', 'm', 'SELECT nextval(''kept'')')" >/dev/null
is 'a sequence' 'advances sequence public.kept, which no rollback undoes
differs: public.kept' "$(compare "SELECT note FROM migrator.rehearse('00')")"
like 'and tells' 'the rehearsal is rolled back, but public\.kept stays advanced' \
    "$(error_of 'SET client_min_messages = notice' "SELECT * FROM migrator.rehearse('00')")"

checked
