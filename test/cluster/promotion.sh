#!/usr/bin/env bash
# The primary is killed while apply_each() is in the middle, in several ways at once; the promoted standby goes on.
set -euo pipefail
. test/cluster/checks.bash

server promoted_primary migrator.on_hazard=ignore
standby promoted_copy promoted_primary

alone=$'-- migrator: no-transaction\n'
started=()
begin() { # begin DATABASE UP: 1 is applied, 2 is under way and held up, 3 is to follow
    cluster_use promoted_primary
    database "$1"
    sql 'CREATE TABLE t (n int)' 'INSERT INTO t SELECT generate_series(1, 100)' 'CREATE INDEX t_key ON t (n)' 'CREATE TABLE log (what text)' 'CREATE TABLE gate AS SELECT 600 AS seconds' \
        "SELECT migrator.load('1', 'before', 'INSERT INTO log VALUES (''before'')')" \
        "SELECT migrator.load('2', 'midway', \$up\$$2\$up\$)" \
        "SELECT migrator.load('3', 'behind', 'INSERT INTO log VALUES (''behind'')')" >/dev/null
    PGAPPNAME=reader psql -X -q -c 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t; SELECT pg_sleep(600)' \
        >/dev/null 2>&1 &
    started+=($!)
    wait_for 'the reader holds' "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = '$1' AND wait_event = 'PgSleep'"
    psql -X -q -c 'CALL migrator.apply_each()' >/dev/null 2>&1 &
    started+=($!)
    wait_for "$1 is under way" "SELECT count(*) = 1 FROM migrator.running
        WHERE version = '2' AND (wait_event = 'PgSleep' OR wait_event_type = 'Lock')"
}

echo '# runs on the primary'
begin transactional "INSERT INTO log VALUES ('during'); SELECT pg_sleep(seconds) FROM gate"
begin between "$alone INSERT INTO log VALUES ('during'); INSERT INTO log SELECT 'and long' WHERE (SELECT count(pg_sleep(seconds)) FROM gate) >= 0; INSERT INTO log VALUES ('last')"
begin build "$alone INSERT INTO log VALUES ('during'); CREATE INDEX CONCURRENTLY t_n ON t (n)"
begin reindex 'REINDEX INDEX CONCURRENTLY t_key'
begin drop 'DROP INDEX CONCURRENTLY t_key'
position=$(sql 'SELECT pg_switch_wal()')
cluster_use promoted_copy
wait_for 'the standby catches up' "SELECT pg_last_wal_replay_lsn() >= '$position'"
for PGDATABASE in transactional between build reindex drop; do
    is "$PGDATABASE: the standby does not take the primary's run for one of its own" '0||0' \
        "$(sql "SELECT (SELECT count(*) FROM migrator.running), running_pid, (SELECT count(*) FROM pg_locks
                WHERE locktype = 'advisory') FROM migrator.summary()")"
done
cluster_kill promoted_primary
for pid in "${started[@]}"; do wait "$pid" || true; done
cluster_run "$CLUSTER_BIN/pg_ctl" promote -s -w -D "$CLUSTER_HOME/promoted_copy/data"

echo '# on the promoted standby'
run() { # what the next run says of what it finds
    sql 'DROP TABLE IF EXISTS gate' 'CREATE TABLE gate (seconds int)' 'SET client_min_messages = notice' 'SET migrator.lock_wait = 0' 'CALL migrator.apply_each()' 2>&1 |
        grep -o 'resumes at.*\|index .*\|left over.*\|^ERROR.*' || true
}
log() { sql "SELECT string_agg(what, ' ' ORDER BY what) FROM log"; }
indexes() {
    sql "SELECT string_agg(indexrelid::regclass || CASE WHEN indisvalid THEN '' ELSE ' (invalid)' END, ' '
                           ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = 't'::regclass"
}
state() { sql "SELECT string_agg(version || ':' || status, ' ' ORDER BY version) FROM migrator.status()"; }
ended() {
    is "$PGDATABASE: everything is applied" '1:applied 2:applied 3:applied' "$(state)"
    is "$PGDATABASE: no lock is left" 0 "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")"
}

export PGDATABASE=transactional
is 'between two migrations: what stands' '1:applied 2:pending 3:pending' "$(state)"
is 'between two migrations: nothing is half-done' before "$(log)"
is 'between two migrations: the next run' '' "$(run)"
is 'between two migrations: each once' 'before behind during' "$(log)"
ended

export PGDATABASE=between
is 'in an ordinary statement: what stands' '1:applied 2:partial 3:pending' "$(state)"
is 'in an ordinary statement: the next run' 'resumes at statement 2 of 3' "$(run)"
is 'in an ordinary statement: each once' 'and long before behind during last' "$(log)"
ended

export PGDATABASE=build
is 'in CREATE INDEX CONCURRENTLY: what stands' '1:applied 2:partial 3:pending' "$(state)"
is 'in CREATE INDEX CONCURRENTLY: the standby has the invalid index' 't_key t_n (invalid)' "$(indexes)"
is 'in CREATE INDEX CONCURRENTLY: the next run' \
    $'resumes at statement 2 of 2\nindex public.t_n was left invalid: it is dropped and built again' "$(run)"
is 'in CREATE INDEX CONCURRENTLY: it is valid' 't_key t_n' "$(indexes)"
is 'in CREATE INDEX CONCURRENTLY: what had run did not run again' 'before behind during' "$(log)"
ended

export PGDATABASE=reindex
is 'in REINDEX CONCURRENTLY: its second index is there' 't_key t_key_ccnew (invalid)' "$(indexes)"
is 'in REINDEX CONCURRENTLY: the next run' \
    $'resumes at statement 1 of 1\nleft over and dropped: public.t_key_ccnew' "$(run)"
is 'in REINDEX CONCURRENTLY: there is one' t_key "$(indexes)"
ended

export PGDATABASE=drop
is 'in DROP INDEX CONCURRENTLY: it is invalid' 't_key (invalid)' "$(indexes)"
is 'in DROP INDEX CONCURRENTLY: the next run' 'resumes at statement 1 of 1' "$(run)"
is 'in DROP INDEX CONCURRENTLY: it is gone' '' "$(indexes)"
ended
checked
