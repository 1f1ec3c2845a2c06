#!/usr/bin/env bash
# The locks that rehearse() reports are those that another session sees in pg_locks while the same statement is held open
# by psql, modes included: 60 statements and more, one migration each, by itself and behind one that holds all of it.
set -euo pipefail
. test/cluster/checks.bash

server locks max_locks_per_transaction=256 wal_level=logical
database app
export PGOPTIONS="$PGOPTIONS -c migrator.on_hazard=ignore"

psql -X -q -v ON_ERROR_STOP=1 <<'END'
CREATE SCHEMA sales;
CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE, born date);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, note text, status text DEFAULT 'new',
    total numeric CHECK (total >= 0), placed timestamptz DEFAULT now());
CREATE INDEX orders_status_idx ON orders (status);
CREATE UNIQUE INDEX orders_note_key ON orders (note);
CREATE TABLE items (id serial PRIMARY KEY, order_id int NOT NULL, sku text, qty int);
ALTER TABLE items ADD CONSTRAINT items_order_fk FOREIGN KEY (order_id) REFERENCES orders NOT VALID;
ALTER TABLE items ADD CONSTRAINT items_qty_ok CHECK (qty > 0) NOT VALID;
CREATE TABLE sales.regions (id int PRIMARY KEY, name text);
CREATE TABLE events (id bigint, at date NOT NULL, body text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE TABLE events_2027 (id bigint NOT NULL, at date NOT NULL, body text);
CREATE TABLE animals (name text);
CREATE TABLE cats (claws int) INHERITS (animals);
CREATE TABLE "Odd Name" (id int);
CREATE UNLOGGED TABLE scratch (id int, body text);
CREATE VIEW open_orders AS SELECT id, note FROM orders WHERE status = 'new';
CREATE VIEW open_items AS SELECT i.id FROM items i JOIN open_orders o ON o.id = i.order_id;
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS sum FROM orders GROUP BY 1;
CREATE UNIQUE INDEX totals_key ON totals (customer_id);
CREATE SEQUENCE tickets;
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE pair AS (a int, b int);
CREATE TABLE typed OF pair;
CREATE DOMAIN positive AS int;
CREATE TABLE stock (n positive, m mood);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY orders_all ON orders USING (true);
CREATE STATISTICS orders_stats ON customer_id, status FROM orders;
CREATE PUBLICATION pub FOR TABLE customers;
CREATE FUNCTION add_column(name text) RETURNS void LANGUAGE plpgsql AS
    $$BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN extra int', name); END$$;
CREATE PROCEDURE fill() LANGUAGE sql AS 'INSERT INTO customers VALUES (1001)';
CREATE ROLE locks_test;
INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 100) AS n;
INSERT INTO orders SELECT n, n, 'n' || n, 'new', n FROM generate_series(1, 100) AS n;
INSERT INTO items (order_id, sku, qty) SELECT n, 's' || n, 1 FROM generate_series(1, 100) AS n;
INSERT INTO events SELECT n, date '2025-12-01' + n, 'e' FROM generate_series(1, 100) AS n;
REFRESH MATERIALIZED VIEW totals;
END

# One a line.
statements=$(grep -v '^$' <<'END'
ALTER TABLE orders ADD COLUMN a int
ALTER TABLE orders ADD COLUMN a int DEFAULT 7 NOT NULL
ALTER TABLE orders ADD COLUMN a uuid DEFAULT gen_random_uuid()
ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS IDENTITY
ALTER TABLE orders DROP COLUMN placed
ALTER TABLE orders ALTER note SET NOT NULL
ALTER TABLE orders ALTER note SET DEFAULT 'x'
ALTER TABLE orders ALTER note SET STATISTICS 500
ALTER TABLE orders ALTER note SET STORAGE EXTERNAL
ALTER TABLE items ALTER qty TYPE bigint
ALTER TABLE items ALTER sku TYPE varchar(50)
ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0)
ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID
ALTER TABLE items VALIDATE CONSTRAINT items_qty_ok
ALTER TABLE items VALIDATE CONSTRAINT items_order_fk
ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders
ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders NOT VALID
ALTER TABLE items DROP CONSTRAINT items_order_fk
ALTER TABLE orders ADD UNIQUE (customer_id)
ALTER TABLE orders ADD UNIQUE USING INDEX orders_note_key
ALTER TABLE orders ADD EXCLUDE (id WITH =)
ALTER TABLE orders RENAME TO bestellungen
ALTER TABLE orders RENAME COLUMN note TO remark
ALTER TABLE orders SET SCHEMA sales
ALTER TABLE orders OWNER TO locks_test
ALTER TABLE orders SET (fillfactor = 70)
ALTER TABLE orders SET (autovacuum_enabled = off)
ALTER TABLE orders ENABLE ROW LEVEL SECURITY
ALTER TABLE orders DISABLE TRIGGER orders_touch
ALTER TABLE orders REPLICA IDENTITY FULL
ALTER TABLE orders CLUSTER ON orders_pkey
ALTER TABLE scratch SET LOGGED
ALTER TABLE items SET UNLOGGED
ALTER TABLE cats NO INHERIT animals
ALTER TABLE animals ADD COLUMN legs int
ALTER TABLE events ADD COLUMN extra text
ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')
ALTER TABLE events DETACH PARTITION events_2025
ALTER TABLE "Odd Name" ADD COLUMN a int
CREATE TABLE events_2028 PARTITION OF events FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')
CREATE TABLE new (id int REFERENCES customers)
CREATE TABLE new (LIKE orders INCLUDING ALL)
CREATE TABLE new AS SELECT * FROM orders
CREATE TABLE new () INHERITS (animals)
CREATE INDEX ON orders (total)
CREATE UNIQUE INDEX ON items (sku)
CREATE INDEX ON events (body)
ALTER INDEX orders_status_idx RENAME TO other
DROP INDEX orders_status_idx
REINDEX TABLE orders
REINDEX INDEX orders_status_idx
CLUSTER orders USING orders_pkey
CREATE TRIGGER t AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION touch()
DROP TRIGGER orders_touch ON orders
CREATE POLICY p ON items USING (true)
DROP POLICY orders_all ON orders
CREATE RULE r AS ON DELETE TO items DO INSTEAD NOTHING
CREATE STATISTICS s ON sku, qty FROM items
DROP STATISTICS orders_stats
ANALYZE orders
COMMENT ON TABLE orders IS 'of customers'
COMMENT ON COLUMN orders.note IS 'free text'
GRANT SELECT ON orders TO locks_test
TRUNCATE items
TRUNCATE customers CASCADE
DROP TABLE items CASCADE
DROP TABLE customers CASCADE
DROP TABLE events
DROP TABLE events_2025
DROP SCHEMA sales CASCADE
CREATE VIEW v AS SELECT * FROM open_orders
CREATE OR REPLACE VIEW open_orders AS SELECT id, note FROM orders WHERE status IN ('new', 'open')
DROP VIEW open_orders CASCADE
ALTER VIEW open_items RENAME TO other
REFRESH MATERIALIZED VIEW totals
REFRESH MATERIALIZED VIEW CONCURRENTLY totals
DROP MATERIALIZED VIEW totals
CREATE SEQUENCE s OWNED BY orders.id
ALTER SEQUENCE tickets RESTART
SELECT nextval('tickets')
DROP SEQUENCE tickets
ALTER TYPE mood ADD VALUE 'mad'
ALTER TYPE pair ADD ATTRIBUTE c int CASCADE
ALTER DOMAIN positive ADD CHECK (VALUE > 0)
DROP FUNCTION touch() CASCADE
ALTER PUBLICATION pub ADD TABLE orders
INSERT INTO items (order_id, sku, qty) VALUES (1, 'x', 1)
UPDATE orders SET note = note || '!'
UPDATE events SET body = 'x' WHERE at = '2026-01-01'
DELETE FROM customers WHERE id = 1000
SELECT * FROM open_items FOR UPDATE
SELECT count(*) FROM events
MERGE INTO items USING orders ON items.order_id = orders.id WHEN MATCHED THEN DELETE
COPY items (order_id) FROM PROGRAM 'echo 5'
LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE
LOCK TABLE open_items
SELECT add_column('items')
CALL fill()
DO $$BEGIN UPDATE items SET qty = 2; ALTER TABLE items ADD COLUMN z int; DROP VIEW open_items; END$$
DO $$BEGIN BEGIN DROP TABLE items CASCADE; RAISE 'no'; EXCEPTION WHEN OTHERS THEN NULL; END; LOCK orders IN SHARE MODE; END$$
WITH moved AS (DELETE FROM items RETURNING order_id) UPDATE orders SET status = 'done' FROM moved WHERE id = order_id
END
)

# Sessions of psql's: say NAME SQL.. has one execute statements and sets $answer to what comes back, errors included.
declare -A into from
session() {
    local pipe=$CLUSTER_HOME/locks/$1 to back
    mkfifo "$pipe"
    exec {to}> >(psql -X -q -A -t -v ON_ERROR_STOP=0 >"$pipe" 2>&1)
    exec {back}<"$pipe"
    into[$1]=$to
    from[$1]=$back
}
say() {
    local name=$1 line
    shift
    printf '%s;\n' "$@" >&"${into[$name]}"
    echo '\echo done.' >&"${into[$name]}"
    answer=
    while IFS= read -r line <&"${from[$name]}" && [[ $line != done. ]]; do
        answer+=${answer:+$'\n'}$line
    done
}
session held
session other
say held 'SELECT pg_backend_pid()'
pid=$answer

# As another session sees it: what it cannot see, because the statement made it, nobody can wait for. An index whose
# table is free but which cannot be opened stops whoever plans a query.
seen() {
    say other "WITH held AS (SELECT relation, mode FROM pg_locks WHERE pid = $pid AND granted AND locktype = 'relation')
        SELECT DISTINCT format('%I.%I: %s', nspname, relname, mode) FROM held
        JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid >= 16384 AND nspname NOT IN ('pg_toast', 'migrator') AND (relkind NOT IN ('i', 'I')
            OR mode = 'AccessExclusiveLock' AND NOT EXISTS (SELECT FROM pg_index i, held t
                WHERE indexrelid = c.oid AND t.relation = indrelid AND t.mode = 'AccessExclusiveLock'))"
    LC_ALL=C sort <<<"$answer"
}
rehearse() {
    say other "SELECT FROM migrator.load('1', 'm', \$stmt\$$1\$stmt\$)" \
        "SELECT DISTINCT unnest(locks) FROM migrator.rehearse() WHERE version = '1'"
    LC_ALL=C sort <<<"$answer"
}
# Behind a migration that has locked everything already, in the strongest mode and in weak ones. The server itself locks a
# sequence for nextval() only once in a transaction, and a table that it has read the bounds of.
rehearse_behind() {
    say other "SELECT FROM migrator.load('0', 'first', \$stmt\$$everything\$stmt\$)"
    rehearse "$1"
    say other "SELECT FROM migrator.unload('0')"
}
every_time() { grep -vE '^public\.((tickets|items_id_seq): RowExclusiveLock|events: AccessShareLock)' <<<"$1" || true; }
everything="DO \$\$ DECLARE r regclass; BEGIN
    FOR r IN SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND relnamespace IN ('public'::regnamespace, 'sales'::regnamespace)
        LOOP EXECUTE format('LOCK %s IN ACCESS EXCLUSIVE MODE; LOCK %1\$s IN ROW SHARE MODE; LOCK %1\$s IN ACCESS SHARE MODE', r); END LOOP;
    FOR r IN SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
        LOOP EXECUTE format('ALTER SEQUENCE %s INCREMENT 1', r); END LOOP;
    REFRESH MATERIALIZED VIEW totals; ALTER TYPE pair ADD ATTRIBUTE old int CASCADE; END \$\$"

compared=0
while IFS= read -r statement; do
    said=$(rehearse "$statement")
    say held BEGIN "$statement"
    truth=$(seen)
    [[ $answer != *ERROR* ]] || truth="it fails: $answer"
    say held ROLLBACK
    is "$statement" "$truth" "$said"
    is "... behind another migration" "$(every_time "$said")" "$(every_time "$(rehearse_behind "$statement")")"
    compared=$((compared + 1))
done <<<"$statements"
is 'as many as promised' t "$( ((compared >= 60)) && echo t)"

# A table locked already by an earlier statement is not said again, a stronger mode is; the sum is what the transaction
# holds in the end.
several=(
    "UPDATE items SET qty = qty + 1"
    "CREATE TRIGGER t AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION touch()"
    "ALTER TABLE items ADD COLUMN a int"
    "INSERT INTO items (order_id, qty) VALUES (1, 1)"
    "SELECT count(*) FROM customers"
)
body=$(printf '%s; ' "${several[@]}")
sql "SELECT migrator.load('1', 'm', \$stmt\$$body\$stmt\$)" >/dev/null
is 'each row has what is new' '1|{"public.items: RowExclusiveLock"}
2|{"public.items: ShareRowExclusiveLock"}
3|{"public.items: AccessExclusiveLock"}
4|{"public.items_id_seq: RowExclusiveLock","public.orders: RowShareLock"}
5|{"public.customers: AccessShareLock"}' \
    "$(sql "SELECT statement, locks FROM migrator.rehearse()")"
said=$(rehearse "$body")
say held BEGIN "${several[@]}"
is 'and the sum is what is held' "$(seen)" "$said"
say held ROLLBACK

# It begins anew with each migration, and with each transaction of one that runs statement by statement.
sql "SELECT migrator.load('0', 'm', 'ALTER TABLE items ADD a int; UPDATE scratch SET body = body')" \
    "SELECT migrator.load('1', 'm', E'-- migrator: no-transaction\nSELECT FROM items; BEGIN; SELECT FROM items; SELECT FROM items; COMMIT; SELECT FROM items')" \
    "SELECT migrator.load('2', 'm', 'SELECT FROM scratch; UPDATE scratch SET body = body')" >/dev/null
is 'of each migration' '0|1|{"public.items: AccessExclusiveLock"}
0|2|{"public.scratch: RowExclusiveLock"}
1|1|{"public.items: AccessShareLock"}
1|2|{"public.items: AccessShareLock"}
1|3|
1|4|{"public.items: AccessShareLock"}
2|1|{"public.scratch: AccessShareLock"}
2|2|{"public.scratch: RowExclusiveLock"}' "$(sql "SELECT version, statement, locks FROM migrator.rehearse()")"
sql "SELECT migrator.unload('0'), migrator.unload('2')" >/dev/null

# Asked for: indexes, TOAST tables and catalogs too.
sql "SELECT migrator.load('1', 'm', 'CREATE INDEX ON orders (total)')" >/dev/null
like 'indexes when asked for' 'public.orders: ShareLock' \
    "$(sql "SET migrator.rehearse_all_locks = on" "SELECT locks FROM migrator.rehearse()")"
like 'catalogs when asked for' 'pg_catalog' \
    "$(sql "SET migrator.rehearse_all_locks = on" "SELECT migrator.load('1', 'm', 'LOCK pg_catalog.pg_class IN SHARE MODE')" \
        "SELECT locks FROM migrator.rehearse()")"

# The caller's own locks stay, and are told of where a migration takes them too; those of the rehearsal are gone.
is 'inside a transaction' '{"public.items: AccessExclusiveLock","public.orders: AccessExclusiveLock"}
public.orders: AccessExclusiveLock' "$(
    sql "SELECT migrator.load('1', 'm', 'LOCK orders, items')" >/dev/null
    psql -X -q -A -t -c "BEGIN" -c "LOCK orders" -c "SELECT locks FROM migrator.rehearse()" \
        -c "SELECT format('%I.%I: %s', nspname, relname, mode) FROM pg_locks l JOIN pg_class c ON c.oid = relation
            JOIN pg_namespace n ON n.oid = relnamespace WHERE pid = pg_backend_pid() AND nspname = 'public'"
)"

# Who waits for the rehearsal, and whom it waits for.
sql "SELECT migrator.load('1', 'm', 'LOCK orders; DO \$\$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE relation = ''orders''::regclass AND NOT granted)
    LOOP PERFORM pg_sleep(0.05); END LOOP; END \$\$; ALTER TABLE customers ADD COLUMN z int')" >/dev/null
sql "SELECT statement, blocks FROM migrator.rehearse()" >"$CLUSTER_HOME/locks/rehearsal" &
rehearsal=$!
wait_for 'the lock of the rehearsal' \
    "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'orders'::regclass AND mode = 'AccessExclusiveLock' AND granted"
PGAPPNAME=reader sql "SELECT count(*) FROM orders" >/dev/null
wait "$rehearsal"
like 'a reader that waits' '^1\|\{"pid [0-9]+ \(.*, reader\): waits for AccessShareLock on public\.orders"\}$' \
    "$(head -n 1 "$CLUSTER_HOME/locks/rehearsal")"
is 'one that had no wait to tell of' '3|' "$(sed -n 3p "$CLUSTER_HOME/locks/rehearsal")"

sql "SELECT migrator.load('1', 'm', 'LOCK orders; SELECT 2; ALTER TABLE customers ADD COLUMN z int')" >/dev/null
say held BEGIN 'SELECT count(*) FROM customers'
like 'whom it waits for in vain' \
    "^3\|55P03\|canceling statement due to lock timeout\|\{\"this statement waited (1[0-9][0-9]|[2-9][0-9][0-9]|[0-9]{4}) ms for AccessExclusiveLock on public.customers; blocked by: process $pid .*a rehearsal waits no longer than migrator.rehearse_lock_timeout, 150 ms\$" \
    "$(sql "SET migrator.rehearse_lock_timeout = 150" \
        "SELECT statement, sqlstate, error, blocks, note FROM migrator.rehearse() WHERE error IS NOT NULL" | tail -n 1)"
like 'and no longer in a dry run' 'lock timeout \(SQLSTATE 55P03' \
    "$(sql "SET migrator.rehearse_lock_timeout = 150" "SELECT error FROM migrator.apply(dry_run => true)")"
say held ROLLBACK

checked
