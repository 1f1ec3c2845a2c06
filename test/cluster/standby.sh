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
    "SELECT migrator.load('1', 'x', 'SELECT 2', module => 'edited')" >/dev/null

on() {
    cluster_use "$1"
    export PGDATABASE=app
}

standby copy primary
position=$(sql 'SELECT pg_current_wal_lsn()')
on copy
wait_for 'the standby catches up' "SELECT pg_last_wal_replay_lsn() >= '$position'"

echo '# what reads works there'
for query in 'SELECT * FROM migrator.status()' 'SELECT * FROM migrator.summary()' 'SELECT * FROM migrator.plan()' \
    'SELECT * FROM migrator.lint()' "SELECT * FROM migrator.status('edited')" 'SELECT migrator.lock_key()' \
    'SELECT * FROM migrator.history' 'SELECT * FROM migrator.migration'; do
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
is 'the history can be read' $'main|1|applied\nmain|2|applied\nedited|1|applied' \
    "$(sql 'SELECT module, version, result FROM migrator.history ORDER BY id')"

echo '# what writes is refused'
for call in 'apply()' "apply('3')" 'apply(dry_run => true)' 'rollback()' 'rollback(1, true)' "rollback_to('1')" \
    "load('6', 'f', 'SELECT 6')" "load('6', 'f', 'no grammar')" "load_file('6_f.sql', 'SELECT 6')" \
    "load_dir('$files')" "load_dir('/nowhere')" "unload('3')" "unload('nothing')" "baseline('3')" \
    "accept('1', 'reviewed', 'edited')"; do
    like "$call" $'^ERROR:  25006: [^\n]*migrator\\.'"${call%%(*}"$'\\(\\)[^\n]*read-only' \
        "$(error_of "SELECT * FROM migrator.$call")"
done

echo '# the primary dies in the middle of a migration, and the standby takes over'
on primary
sql 'SELECT * FROM migrator.apply()' >/dev/null 2>&1 &
wait_for 'migration 4 runs' \
    "SELECT count(*) = 1 FROM pg_stat_activity JOIN migrator.summary() ON pid = running_pid
     WHERE wait_event = 'PgSleep'"
position=$(sql 'SELECT pg_switch_wal()')
on copy
wait_for 'the standby catches up' "SELECT pg_last_wal_replay_lsn() >= '$position'"
is 'a run on the primary does not show on the standby' '0|' \
    "$(sql "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), running_pid FROM migrator.summary()")"
cluster_kill primary
wait
cluster_run "$CLUSTER_BIN/pg_ctl" promote -s -w -D "$CLUSTER_HOME/copy/data"
sql 'DELETE FROM gate'
is 'what the primary had committed is there' $'1|applied\n2|applied\n3|pending\n4|pending' \
    "$(sql 'SELECT version, status FROM migrator.status()')"
is 'apply() goes on with the rest' $'3|applied\n4|applied' "$(sql 'SELECT version, status FROM migrator.apply()')"
is 'everything was done once' '1,2,3,4' "$(sql "SELECT string_agg(n::text, ',' ORDER BY n) FROM log")"
is 'accept() works after the promotion' 'modified|applied' \
    "$(sql "SELECT status FROM migrator.status('edited')" "SELECT migrator.accept('1', 'reviewed', 'edited')" \
        "SELECT status FROM migrator.status('edited')" | paste -sd '|' | tr -s '|')"
is 'load_dir() too' '5|added' "$(sql "SELECT version, action FROM migrator.load_dir('$files')")"
is 'the history goes on' $'1|applied\n2|applied\n1|applied\n3|applied\n4|applied\n1|accepted' \
    "$(sql 'SELECT version, result FROM migrator.history ORDER BY id')"
checked
