#!/usr/bin/env bash
# Thirty sessions wait for a run that builds an index concurrently on a table with open readers: no deadlock, no
# time-out, applied once. A blocking advisory lock fails here: each waiter's snapshot would hold the build up for ever.
set -euo pipefail
. test/cluster/checks.bash

server waiting max_connections=60
database app
sql 'CREATE TABLE t (i int)' 'INSERT INTO t SELECT generate_series(1, 10000)' 'CREATE TABLE ran (what text)' \
    "SELECT migrator.load('1', 'index', E'-- migrator: no-transaction\nCREATE INDEX CONCURRENTLY t_i ON t (i); INSERT INTO ran VALUES (1)')" \
    "SELECT migrator.load('2', 'rows', 'INSERT INTO ran VALUES (2)')" >/dev/null

# Readers whose snapshots the build has to outwait. They end when the checks below are made, however long those take.
for reader in 1 2 3 4; do
    PGAPPNAME=reader psql -X -q -c 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t; SELECT pg_sleep(600)' >/dev/null 2>&1 &
    wait_for "reader $reader" "SELECT count(*) = $reader FROM pg_stat_activity WHERE application_name = 'reader' AND wait_event = 'PgSleep'"
done
PGAPPNAME=first psql -X -q -c 'CALL migrator.apply_each()' >"$CLUSTER_HOME/waiting/first" 2>&1 &
first=$!
wait_for 'the build waits' "SELECT count(*) = 1 FROM migrator.running WHERE cardinality(blocked_by) > 0"
waiters=()
for i in $(seq 30); do
    PGAPPNAME=waiter psql -X -q -c "SET migrator.lock_wait = '2min'" -c 'CALL migrator.apply_each()' >"$CLUSTER_HOME/waiting/waiter.$i" 2>&1 &
    waiters+=($!)
done
wait_for 'thirty wait' "SELECT count(*) = 30 FROM pg_stat_activity WHERE application_name = 'waiter' AND wait_event_type = 'Extension'"
wait_for 'none of them holds a snapshot, but for the moment of a try' \
    "SELECT count(*) = 30 AND count(backend_xmin) = 0 FROM pg_stat_activity WHERE application_name = 'waiter'"
like 'apply() is refused at once' 'HINT: .*CALL migrator.apply_each' "$(error_of "SET migrator.lock_wait = '2min'" 'SELECT migrator.apply()')"
for reader in 1 2 3 4; do
    sql "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'reader' ORDER BY backend_start LIMIT 1" >/dev/null
    sleep 0.5
done
failures=0
for pid in "$first" "${waiters[@]}"; do
    wait "$pid" || failures=$((failures + 1))
done
is 'all ended well' 0 "$failures"
is 'and said nothing but what was applied' 0 "$(cat "$CLUSTER_HOME"/waiting/waiter.* | grep -c ERROR || true)"
is 'applied once' '1,2' "$(sql "SELECT string_agg(what, ',' ORDER BY what) FROM ran")"
is 'in the history too' 2 "$(sql 'SELECT count(*) FROM migrator.history')"
is 'the index is valid' t "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_i'::regclass")"
is 'no deadlock' '' "$(grep -a deadlock "$CLUSTER_HOME/waiting/log" || true)"
is 'no lock is left' 0 "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")"
checked
