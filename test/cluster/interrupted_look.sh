#!/usr/bin/env bash
# What a second session sees: max_lock_hold gives a waiting reader its table back. And rehearse(), report(), conflicts()
# and apply_each() that are cancelled or terminated at random moments, also inside an event trigger: the server lives,
# nothing stays of them, and the next call in the same session sees everything.
set -euo pipefail
. test/cluster/checks.bash

server look autovacuum=off
database app
export PGOPTIONS="$PGOPTIONS -c migrator.on_hazard=ignore"
seed=${SEED:-$RANDOM}
RANDOM=$seed
echo "seed $seed"

# --- a reader that waits -------------------------------------------------------------------------------------------
sql 'CREATE TABLE orders (id int PRIMARY KEY, total numeric)' 'INSERT INTO orders SELECT i, i FROM generate_series(1, 1000) i' \
    "SELECT migrator.load('1', 'slow', 'ALTER TABLE orders ADD vat numeric; SELECT pg_sleep(20)', 'ALTER TABLE orders DROP vat')" >/dev/null

PGAPPNAME=holder psql -X -q -A -t -v VERBOSITY=verbose -c "SET migrator.max_lock_hold = '1s'" \
    -c 'CALL migrator.apply_each()' >"$CLUSTER_TEMP/holder" 2>&1 &
wait_for 'the lock to be held' "SELECT count(*) = 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE application_name = 'holder' AND mode = 'AccessExclusiveLock' AND relation = 'orders'::regclass AND granted"
began=$SECONDS
is 'a reader gets the table back' 1000 "$(sql "SET statement_timeout = '15s'" 'SELECT count(*) FROM orders')"
is 'long before the migration would have ended' 1 "$((SECONDS - began < 10))"
wait
like 'the migration says why' 'MG012: the migration has held a lock on public.orders' "$(grep '^ERROR' "$CLUSTER_TEMP/holder")"
is 'it is a failure of the history' 'failed|MG012' "$(sql 'SELECT status FROM migrator.status()')|$(sql 'SELECT sqlstate FROM migrator.history ORDER BY id DESC LIMIT 1')"
is 'and left no column' 2 "$(sql "SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0")"
sql "SELECT migrator.unload('1')" >/dev/null

# --- a lock that is held while the same statement waits for another one ----------------------------------------------
sql 'CREATE TABLE busy (n int)' "SELECT migrator.load('1', 'two', 'LOCK orders, busy')" >/dev/null
PGAPPNAME=owner psql -X -q -A -t -c 'BEGIN' -c 'LOCK busy' -c 'SELECT pg_sleep(20)' >/dev/null 2>&1 &
wait_for 'the other table to be locked' "SELECT count(*) = 1 FROM pg_locks WHERE relation = 'busy'::regclass AND granted"
began=$SECONDS
like 'the lock on the first table is given back' 'MG012: the migration has held a lock on public.orders' "$(
    error_of "SET migrator.max_lock_hold = '1s'" "SET migrator.lock_timeout = '60s'" 'SELECT * FROM migrator.apply()')"
is 'in time' 1 "$((SECONDS - began < 10))"
# Waiting for the first keeps nobody from anything.
sql "SELECT migrator.load('1', 'two', 'LOCK busy, orders')" >/dev/null
like 'waiting for the first one is no hold' '55P03' "$(
    error_of "SET migrator.max_lock_hold = '500ms'" "SET migrator.lock_timeout = '2s'" 'SELECT * FROM migrator.apply()')"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'owner'" >/dev/null
wait
sql "SELECT migrator.unload('1')" 'DROP TABLE busy' >/dev/null

# --- cut off anywhere ----------------------------------------------------------------------------------------------
sql "SELECT migrator.load('1', 'tables', (SELECT string_agg(format(
        'CREATE TABLE t%s (id int PRIMARY KEY, a int REFERENCES orders); CREATE INDEX ON t%s (a); COMMENT ON TABLE t%s IS ''x''', i, i, i), '; ')
        FROM generate_series(1, 60) i), (SELECT string_agg(format('DROP TABLE t%s', i), '; ') FROM generate_series(1, 60) i))" \
    "SELECT migrator.load('2', 'block', 'DO \$\$ BEGIN FOR i IN 1..60 LOOP
        BEGIN EXECUTE format(''ALTER TABLE t%s ADD b text DEFAULT random()::text, ALTER a TYPE bigint'', i);
            IF i % 3 = 0 THEN RAISE EXCEPTION ''back''; END IF;
        EXCEPTION WHEN raise_exception THEN NULL; END; END LOOP; END \$\$', 'SELECT 1')" \
    "SELECT migrator.load('3', 'drops', 'DO \$\$ BEGIN FOR i IN 1..60 LOOP EXECUTE format(''DROP TABLE t%s CASCADE'', i); END LOOP; END \$\$;
        ALTER TABLE orders ADD vat numeric', 'SELECT 1')" >/dev/null
whole=$(sql 'SELECT count(*), count(error), sum(cardinality(objects)) FROM migrator.rehearse()')
like 'everything is rehearsed' '^183\|0\|[0-9]+$' "$whole"
catalog() { sql "SELECT count(*), md5(string_agg(relname, ',' ORDER BY relname)) FROM pg_class WHERE relpersistence <> 't'"; }
before=$(catalog)

calls=('SELECT count(*) FROM migrator.rehearse()' "SELECT length(migrator.report('sarif'))"
    'SELECT count(*) FROM migrator.conflicts()' 'SELECT count(*) FROM migrator.apply(dry_run => true)')
cut=0
for round in $(seq 1 48); do
    how=cancel
    ((round % 6)) || how=terminate
    (
        sleep "0.$(printf '%03d' $((RANDOM % 450 + 20)))"
        psql -X -q -A -t -d postgres -c "SELECT pg_${how}_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'" >/dev/null
    ) &
    # The last one of the same session must see everything, whatever was cut off before.
    out=$(PGAPPNAME=victim psql -X -q -A -t -c "${calls[round % 4]}" -c "${calls[(round + 1) % 4]}" \
        -c "SELECT count(*), count(error), sum(cardinality(objects)) FROM migrator.rehearse()" 2>&1) || true
    wait
    if [[ $out == *cancel* || $out == *terminat* ]]; then
        cut=$((cut + 1))
    fi
    if [[ $how == cancel && $out != *"$whole" && $out != *'canceling statement'* ]]; then
        is "round $round: what the last call sees" "$whole" "$out"
    fi
    [[ $(catalog) == "$before" ]] || is "round $round: the catalog is as it was" "$before" "$(catalog)"
done
like "some of the 48 calls were cut off: $cut" '^[1-9]' "$cut"
is 'no run lock stays' 0 "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")"
is 'nothing is recorded' 1 "$(sql 'SELECT count(*) FROM migrator.history')"
is 'the server never went down' 0 "$(grep -c 'terminated by signal\|TRAP\|PANIC' "$CLUSTER_HOME/look/log" || true)"
is 'and no resource leaked' 0 "$(grep -ci 'leak' "$CLUSTER_HOME/look/log" || true)"

# In the end it runs.
sql 'CALL migrator.apply_each()'
is 'all are applied' '3|applied' "$(sql 'SELECT count(*), status FROM migrator.status() GROUP BY 2')"
checked
