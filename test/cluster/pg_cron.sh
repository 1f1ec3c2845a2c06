#!/usr/bin/env bash
# The real pg_cron runs apply_each() and apply(), as README has it: recorded as such, and two schedules that overlap do
# no harm. Both ways in which it runs jobs at the same time: over connections of its own, and in background workers.
set -euo pipefail
. test/cluster/checks.bash

start() { # start CLUSTER SETTING..
    local name=$1
    shift
    server "$name" shared_preload_libraries=pg_cron cron.database_name=app cron.host="$CLUSTER_TEMP/$name" \
        max_worker_processes=20 "$@"
    PGDATABASE=postgres sql 'CREATE DATABASE app'
    PGDATABASE=app sql 'CREATE EXTENSION pg_cron' 'CREATE EXTENSION migrator' 'CREATE TABLE ran (what text)' 'CREATE TABLE t (i int)'
}
start connections
start workers cron.use_background_workers=on

each_cluster() { # each_cluster FUNCTION
    local name
    for name in connections workers; do
        cluster_use "$name"
        export PGDATABASE=app
        "$1" "$name"
    done
}
# The versions of pg_cron differ in whether they know seconds: every minute is what all know.
every_minute() { sed 's#\*/[0-9]* \* \* \* \*#* * * * *#'; }
wait_long() {
    local deadline=$((SECONDS + 150))
    until [[ $(sql "$2" 2>/dev/null) == t ]]; do
        if ((SECONDS > deadline)); then
            echo "waited in vain: $1" >&2
            sql 'SELECT jobid, command, status, return_message FROM cron.job_run_details ORDER BY runid DESC LIMIT 5' >&2
            exit 1
        fi
        sleep 0.2
    done
}
succeeded() { # jobs of which a run has succeeded
    echo "SELECT count(DISTINCT jobid) = $1 FROM cron.job_run_details WHERE status = 'succeeded'"
}

recipe=$(readme sql cron.schedule | every_minute)
schedule_each() {
    sql "SELECT migrator.load('1', 'rows', 'INSERT INTO ran VALUES (1); SELECT pg_sleep(1.5)')" \
        "SELECT migrator.load('2', 'index', 'CREATE INDEX CONCURRENTLY t_i ON t (i)')" \
        "SELECT migrator.load('3', 'rows', 'INSERT INTO ran VALUES (3)')" >/dev/null
    sql "$recipe" >/dev/null
    sql "SELECT cron.schedule('overlaps', '* * * * *', 'CALL migrator.apply_each()')" >/dev/null
}
check_each() {
    wait_long 'both jobs have succeeded' "$(succeeded 2)"
    is "$1: everything is applied, each migration once" '3|1,3|t' \
        "$(sql "SELECT (SELECT count(*) FROM migrator.history WHERE result = 'applied'), (SELECT string_agg(what, ',' ORDER BY what) FROM ran),
                       indisvalid FROM pg_index WHERE indexrelid = 't_i'::regclass")"
    is "$1: no run failed" 0 "$(sql "SELECT count(*) FROM cron.job_run_details WHERE status = 'failed'")"
    is "$1: the history says by what" pg_cron "$(sql 'SELECT DISTINCT application_name FROM migrator.history' | grep -o pg_cron)"
}
schedule_apply() {
    sql 'SELECT cron.unschedule(jobid) FROM cron.job' "SELECT migrator.load('4', 'rows', 'INSERT INTO ran VALUES (4); SELECT pg_sleep(1)')" \
        "SELECT cron.schedule('all', '* * * * *', 'SELECT * FROM migrator.apply()')" \
        "SELECT cron.schedule('all too', '* * * * *', 'SELECT * FROM migrator.apply()')" >/dev/null
}
check_apply() {
    wait_long 'both jobs have succeeded' "$(succeeded 4)"
    is "$1: apply() ran once" 'applied|1' "$(sql "SELECT status, (SELECT count(*) FROM ran WHERE what = '4') FROM migrator.status() WHERE version = '4'")"
    is "$1: no run failed" 0 "$(sql "SELECT count(*) FROM cron.job_run_details WHERE status = 'failed'")"
    wait_for 'the lock is given back' "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'"
}
each_cluster schedule_each
each_cluster check_each
each_cluster schedule_apply
each_cluster check_apply
checked
