#!/usr/bin/env bash
# Whatever kills a run in the middle: nothing of it is left, and the next one does everything exactly once.
set -euo pipefail
. test/cluster/checks.bash

server killed
database app

# Migration 2 stops at the gate, while there is one.
sql 'CREATE TABLE log (what text)' 'CREATE TABLE gate (seconds int)' \
    "SELECT migrator.load('1', 'a', 'CREATE TABLE a (n int); INSERT INTO log VALUES (''up 1'')',
                          'DROP TABLE a; INSERT INTO log VALUES (''down 1'')')" \
    "SELECT migrator.load('2', 'b', 'INSERT INTO log VALUES (''up 2''); SELECT pg_sleep(seconds) FROM gate',
                          'INSERT INTO log VALUES (''down 2''); SELECT pg_sleep(seconds) FROM gate')" \
    "SELECT migrator.load('3', 'c', 'CREATE TABLE c (n int); INSERT INTO log VALUES (''up 3'')',
                          'DROP TABLE c; INSERT INTO log VALUES (''down 3'')')" >/dev/null

state() { # pending, who runs, how many hold advisory locks, tables, log, history
    sql "SELECT pending, running_pid, running_since, (SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory'),
                to_regclass('a') IS NOT NULL, to_regclass('c') IS NOT NULL,
                (SELECT string_agg(what, ', ') FROM log), (SELECT count(*) FROM migrator.history)
         FROM migrator.summary()"
}
# The run that stands at the gate.
asleep="FROM pg_stat_activity JOIN migrator.summary() ON pid = running_pid WHERE wait_event = 'PgSleep'"

backend_killed() { kill -9 "$(sql "SELECT pid $asleep")"; }
backend_terminated() { sql "SELECT pg_terminate_backend(pid) $asleep" >/dev/null; }
backend_canceled() { sql "SELECT pg_cancel_backend(pid) $asleep" >/dev/null; }
client_killed() { kill -9 "$client"; } # noticed by client_connection_check_interval
server_killed() {
    cluster_kill killed
    cluster_start killed
}

interrupted() { # interrupted CALL WAY: until it is over
    sql 'INSERT INTO gate VALUES (60)'
    # Replaces the subshell, so that its process id is the client's.
    (exec psql -X -q -c 'SET client_connection_check_interval = 50' -c "SELECT * FROM migrator.$1" >/dev/null 2>&1) &
    client=$!
    wait_for 'migration 2 runs' "SELECT count(*) = 1 $asleep"
    "$2"
    wait "$client" 2>/dev/null || true
    # After kill -9 the server refuses connections until it has recovered.
    wait_for 'the run is over' "SELECT count(*) = 0 FROM pg_stat_activity WHERE query LIKE '%migrator.$1'
                                AND pid <> pg_backend_pid()"
    sql 'TRUNCATE gate'
}

ways=(backend_killed backend_terminated backend_canceled client_killed server_killed)
before=$(state)
is 'before the first run' '3|||0|f|f||0' "$before"
for way in "${ways[@]}"; do
    for call in 'apply()' 'apply(dry_run => true)'; do
        interrupted "$call" "$way"
        is "$call, $way: nothing is left" "$before" "$(state)"
    done
done

echo '# a client that goes away between apply() and COMMIT'
pipe=$CLUSTER_TEMP/killed/pipe
mkfifo "$pipe"
(exec psql -X -q <"$pipe" >/dev/null 2>&1) &
client=$!
exec {input}>"$pipe"
printf '%s\n' 'BEGIN;' 'SELECT * FROM migrator.apply();' >&"$input"
wait_for 'it has run' "SELECT count(*) = 1 FROM pg_stat_activity JOIN migrator.summary() ON pid = running_pid
                       WHERE state = 'idle in transaction'"
is 'until then it shows as running' '3|t|t|1|f|f||0' \
    "$(state | sed -E 's/^3\|[0-9]+\|[0-9][^|]*\|/3|t|t|/')"
kill -9 "$client"
wait "$client" 2>/dev/null || true
exec {input}>&-
wait_for 'the server notices' 'SELECT running_pid IS NULL FROM migrator.summary()'
is 'nothing is left of it' "$before" "$(state)"

echo '# the next run'
interrupted 'apply()' backend_killed
is 'does everything' $'1|applied\n2|applied\n3|applied' "$(sql 'SELECT version, status FROM migrator.apply()')"
after=$(state)
is 'exactly once' '0|||0|t|t|up 1, up 2, up 3|3' "$after"
is 'and then nothing' '' "$(sql 'SELECT * FROM migrator.apply()')"

echo '# rollbacks'
for way in "${ways[@]}"; do
    interrupted 'rollback(3)' "$way"
    is "rollback(3), $way: nothing is left" "$after" "$(state)"
done
is 'the next rollback does everything' $'3|rolled_back\n2|rolled_back\n1|rolled_back' \
    "$(sql 'SELECT version, status FROM migrator.rollback(3)')"
is 'exactly once' '3|||0|f|f|up 1, up 2, up 3, down 3, down 2, down 1|6' "$(state)"
checked
