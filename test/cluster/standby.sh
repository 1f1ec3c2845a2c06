#!/usr/bin/env bash
# A streaming standby reads everything and changes nothing; once promoted, it goes on where the primary stopped.
set -euo pipefail
. test/cluster/checks.bash

server primary
database app
files migrations
printf -- '-- UP\nCREATE TABLE e (n int);\n' >"$files/5_e.sql"
sql "CREATE TABLE log (n int); CREATE TABLE gate AS SELECT 60 AS seconds" \
    "SELECT migrator.load('1', 'a', 'INSERT INTO log VALUES (1)', 'DELETE FROM log WHERE n = 1')" \
    "SELECT migrator.load('2', 'b', 'INSERT INTO log VALUES (2)', 'DELETE FROM log WHERE n = 2')" \
    "SELECT migrator.load('3', 'c', 'INSERT INTO log VALUES (3)')" \
    "SELECT migrator.load('4', 'd', 'INSERT INTO log VALUES (4); SELECT pg_sleep(seconds) FROM gate')" \
    "SELECT FROM migrator.apply('2')" \
    "SELECT migrator.load('1', 'x', 'SELECT 1', module => 'edited')" \
    "SELECT FROM migrator.apply(module => 'edited')" \
    "SELECT migrator.load('1', 'x', 'SELECT 2', module => 'edited')" \
    "SELECT migrator.load('1', 'x', 'SELECT 1', module => 'done'), migrator.load('1', 'x', 'SELECT 1', module => 'new')" \
    "SELECT FROM migrator.apply(module => 'done')" >/dev/null

on() {
    cluster_use "$1"
    export PGDATABASE=app
}

caught_up() { # waits on the copy for what the primary has now
    on primary
    local position
    position=$(sql 'SELECT pg_current_wal_flush_lsn()')
    on copy
    wait_for 'the standby catches up' "SELECT pg_last_wal_replay_lsn() >= '$position'"
}

standby copy primary
cluster_set copy max_standby_streaming_delay=100ms
cluster_stop copy
cluster_start copy
caught_up

echo '# what reads works there'
for query in 'SELECT * FROM migrator.status()' 'SELECT * FROM migrator.summary()' 'SELECT * FROM migrator.plan()' \
    'SELECT * FROM migrator.lint()' "SELECT * FROM migrator.status('edited')" 'SELECT migrator.lock_key()' \
    'SELECT * FROM migrator.history' 'SELECT * FROM migrator.migration' 'SELECT * FROM migrator.running' \
    'SELECT * FROM migrator.statement_history' "SELECT max(version) FROM migrator.history WHERE version < '10'"; do
    on primary
    expected=$(sql "$query")
    on copy
    is "$query is the same as on the primary" "$expected" "$(sql "$query")"
done
is 'status() is that of each migration' $'1|applied\n2|applied\n3|pending\n4|pending' \
    "$(sql 'SELECT version, status FROM migrator.status()')"
is 'an edit shows too' '1|modified' "$(sql "SELECT version, status FROM migrator.status('edited')")"
is 'summary() counts' '2|2|2|' "$(sql 'SELECT applied, pending, last_applied, running_pid FROM migrator.summary()')"
is 'plan() lists the statements' $'3|1|INSERT\n4|1|INSERT\n4|2|SELECT' \
    "$(sql 'SELECT version, statement, command FROM migrator.plan()')"
is 'the history can be read' $'main|1|applied\nmain|2|applied\nedited|1|applied\ndone|1|applied' \
    "$(sql 'SELECT module, version, result FROM migrator.history ORDER BY id')"

runs_nothing() { # runs_nothing SQL..: with nothing to run, after the statements
    local call
    for call in 'apply(NULL' "apply('1'" 'apply(NULL, true' 'rehearse(NULL' "rollback_to('1'"; do
        is "$call) of what is applied returns no row" 0 "$(sql "$@" "SELECT count(*) FROM migrator.$call, module => 'done')")"
    done
    is 'rollback() of what never ran returns no row' 0 "$(sql "$@" "SELECT count(*) FROM migrator.rollback(module => 'new')")"
    is 'apply_each() of what is applied ends well' '' "$(sql "$@" "CALL migrator.apply_each(module => 'done')" 2>&1)"
    is 'rollback_each() of what never ran, too' '' "$(sql "$@" "CALL migrator.rollback_each(module => 'new')" 2>&1)"
    like 'an edit is told all the same' 'ERROR:  MG001: ' "$(error_of "$@" "SELECT * FROM migrator.apply(module => 'edited')")"
    like 'and what cannot be undone' 'ERROR:  MG004: ' "$(error_of "$@" "SELECT * FROM migrator.rollback(module => 'done')")"
}

refused() { # refused WHERE HINT SQL..: each writing call, after the statements
    local where=$1 hint=$2 call
    shift 2
    for call in 'apply()' "apply('3')" 'apply(dry_run => true)' 'rollback()' 'rollback(1, true)' "rollback_to('1')" \
        "load('6', 'f', 'SELECT 6')" "load('6', 'f', 'no grammar')" "load_file('6_f.sql', 'SELECT 6')" \
        "load_tar('')" "load_dir('$files')" "load_dir('/nowhere')" "unload('3')" "unload('nothing')" "baseline('3')" \
        "accept('1', 'reviewed', 'edited')" 'adopt()' 'rehearse()' 'conflicts()' 'apply_each()' 'rollback_each()'; do
        statement="SELECT * FROM migrator.$call"
        [[ $call != *_each* ]] || statement="CALL migrator.$call"
        like "$call" $'^ERROR:  25006: cannot execute migrator\\.'"${call%%(*}"$'\\(\\) '"$where"$'\nHINT:  '"$hint" \
            "$(error_of "$@" "$statement")"
    done
}
works='status\(\), summary\(\), plan\(\), lint\(\) and history work here too\.'
like 'report() does without a rehearsal, and says so' 'not rehearsed.*read-only|[Nn]ot rehearsed' "$(sql 'SELECT migrator.report()')"

echo '# what writes is refused, with the way out'
refused 'on a read-only standby' "Connect to the primary\\. $works"
runs_nothing

echo '# in a session that is read-only, likewise'
on primary
refused 'in a read-only transaction' "Use a READ WRITE transaction, or see default_transaction_read_only\\. $works" \
    'SET default_transaction_read_only = on'
runs_nothing 'SET default_transaction_read_only = on'
for query in 'SELECT * FROM migrator.status()' 'SELECT * FROM migrator.summary()' 'SELECT * FROM migrator.plan()' \
    'SELECT * FROM migrator.lint()' 'SELECT * FROM migrator.history' 'SELECT * FROM migrator.running'; do
    is "$query works" "$(sql "$query")" "$(sql 'SET default_transaction_read_only = on' "$query")"
done
is 'the way out' '3|applied' "$(sql 'SET default_transaction_read_only = on' 'BEGIN READ WRITE' \
    "SELECT version, status FROM migrator.apply('3')" 'ROLLBACK')"

echo '# a query on the standby that is cancelled, because the primary cleans up'
on copy
coproc session { psql -X -q -A -t 2>&1; }
session_pid=$!
ask() { printf '%s;\n\\echo ----\n' "$1" >&"${session[1]}"; } # ask SQL: of that session
answer() {
    local line
    while IFS= read -r -t 60 line <&"${session[0]}" && [[ $line != ---- ]]; do echo "$line"; done
}
asked() { ask "$1" && answer; }
ask 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM migrator.status()'
# A conflict while the session is idle in its transaction would end it.
ask 'SELECT pg_sleep(60), count(*) FROM migrator.status(); ROLLBACK'
answer >/dev/null
wait_for 'it sleeps' "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
on primary
sql "SELECT migrator.load('9', 'gone', 'SELECT 9')" "SELECT migrator.unload('9')" 'VACUUM migrator.migration' >/dev/null
like 'it is cancelled by the server' 'canceling statement due to conflict with recovery' "$(answer)"
# A snapshot from before the clean-up is through would be in its way again.
caught_up
on primary
is 'and the session goes on' $'1|applied\n2|applied\n3|pending\n4|pending' "$(asked 'SELECT version, status FROM migrator.status()')"
echo '\q' >&"${session[1]}"
wait "$session_pid" || true

echo '# ALTER EXTENSION UPDATE reaches the standby, and a session that had used the old function'
createdb old
PGDATABASE=old sql "CREATE EXTENSION migrator VERSION '1.0'" "SELECT migrator.load('1', 'x', 'SELECT 1')" >/dev/null
caught_up
coproc session { psql -X -q -A -t -d old 2>&1; }
session_pid=$!
is 'the old one' '1|pending' "$(asked 'SELECT version, status FROM migrator.status()')"
on primary
PGDATABASE=old sql 'ALTER EXTENSION migrator UPDATE'
caught_up
is 'the new one' '1|postgres' "$(asked 'SELECT version, loaded_by FROM migrator.status()')"

echo '# the primary dies in the middle of a migration, and the standby takes over'
on primary
sql 'SELECT * FROM migrator.apply()' >/dev/null 2>&1 &
run_pid=$!
wait_for 'migration 4 runs' \
    "SELECT count(*) = 1 FROM pg_stat_activity JOIN migrator.summary() ON pid = running_pid
     WHERE wait_event = 'PgSleep'"
position=$(sql 'SELECT pg_switch_wal()')
on copy
wait_for 'the standby catches up' "SELECT pg_last_wal_replay_lsn() >= '$position'"
is 'a run on the primary does not show on the standby' '0|' \
    "$(sql "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), running_pid FROM migrator.summary()")"
cluster_kill primary
wait "$run_pid" || true
cluster_run "$CLUSTER_BIN/pg_ctl" promote -s -w -D "$CLUSTER_HOME/copy/data"
is 'a session that was there before the promotion can run now' '1|applied' "$(asked 'SELECT version, status FROM migrator.apply()')"
printf '\\q\n' >&"${session[1]}"
wait "$session_pid"
sql 'DELETE FROM gate'
is 'what the primary had committed is there' $'1|applied\n2|applied\n3|pending\n4|pending' \
    "$(sql 'SELECT version, status FROM migrator.status()')"
is 'apply() goes on with the rest' $'3|applied\n4|applied' "$(sql 'SELECT version, status FROM migrator.apply()')"
is 'everything was done once' '1,2,3,4' "$(sql "SELECT string_agg(n::text, ',' ORDER BY n) FROM log")"
is 'accept() works after the promotion' 'modified|applied' \
    "$(sql "SELECT status FROM migrator.status('edited')" "SELECT migrator.accept('1', 'reviewed', 'edited')" \
        "SELECT status FROM migrator.status('edited')" | paste -sd '|' | tr -s '|')"
is 'load_dir() too' '5|added' "$(sql "SELECT version, action FROM migrator.load_dir('$files')")"
is 'the history goes on' $'1|applied\n2|applied\n1|applied\n1|applied\n3|applied\n4|applied\n1|accepted' \
    "$(sql 'SELECT version, result FROM migrator.history ORDER BY id')"
checked
