#!/usr/bin/env bash
# The real pg_cron runs apply_each() and apply(), as docs/client.md has it: recorded as such, and schedules that overlap do no
# harm. Both ways in which it runs jobs at the same time: over connections of its own, and in background workers.
# Debian's knows minutes only, so one minute starts everything, in databases of their own: a run lock is a database's.
set -euo pipefail
. test/cluster/checks.bash

databases=(app deployed twice mixed broken)
load() { # load DATABASE MIGRATION..: versions 1, 2, ..
    local version=0 up
    export PGDATABASE=$1
    for up in "${@:2}"; do
        version=$((version + 1))
        sql "SELECT migrator.load('$version', 'm$version', '$up')" >/dev/null
    done
}
start() { # start CLUSTER SETTING..
    local name=$1 database
    shift
    server "$name" shared_preload_libraries=pg_cron cron.database_name=app cron.host="$CLUSTER_TEMP/$name" \
        max_worker_processes=20 "$@"
    sql 'CREATE ROLE app_owner' 'CREATE ROLE deployer LOGIN IN ROLE app_owner' 'CREATE ROLE reader'
    database app
    sql 'CREATE EXTENSION pg_cron' # pg_cron waits for the database
    for database in "${databases[@]:1}"; do database "$database"; done
    for database in "${databases[@]}"; do
        PGDATABASE=$database sql 'CREATE TABLE ran (what text)' 'GRANT ALL ON ran TO PUBLIC' "$(block sql migrator.load,)"
    done
    load app 'INSERT INTO ran VALUES (1)' 'CREATE INDEX CONCURRENTLY ran_what ON ran (what)' 'VACUUM ran' 'INSERT INTO ran VALUES (4)'
    load deployed 'INSERT INTO ran VALUES (1)' 'INSERT INTO ran VALUES (2)'
    load twice 'INSERT INTO ran VALUES (1); SELECT pg_sleep(1)' 'CREATE INDEX CONCURRENTLY ran_what ON ran (what)' \
        '-- migrator: no-transaction
         INSERT INTO ran VALUES (3); SELECT pg_sleep(0.5); REINDEX TABLE CONCURRENTLY ran' 'INSERT INTO ran VALUES (4)'
    load mixed 'INSERT INTO ran VALUES (1); SELECT pg_sleep(1)' 'INSERT INTO ran VALUES (2)'
    load broken 'INSERT INTO ran VALUES (1)' 'INSERT INTO ran VALUES (2); SELECT 1 / 0' 'INSERT INTO ran VALUES (3)'
}
schedule() {
    local each="'CALL migrator.apply_each()'" apply="'SELECT * FROM migrator.apply()'"
    # One transaction, so that all of them begin with the same minute.
    sql "$(block sql cron.schedule)
         SELECT cron.alter_job(jobid, '* * * * *') FROM cron.job WHERE jobname = 'migrate';
         SELECT cron.schedule_in_database('deployed', '* * * * *', $apply, 'deployed', 'deployer');
         SELECT cron.schedule_in_database('twice 1', '* * * * *', $each, 'twice');
         SELECT cron.schedule_in_database('twice 2', '* * * * *', $each, 'twice');
         SELECT cron.schedule_in_database('mixed 1', '* * * * *', $each, 'mixed');
         SELECT cron.schedule_in_database('mixed 2', '* * * * *', $apply, 'mixed');
         SELECT cron.schedule_in_database('broken', '* * * * *', $each, 'broken')" >/dev/null
}
ended="status IN ('succeeded', 'failed')"
await_runs() {
    local deadline=$((SECONDS + 100))
    until [[ $(sql "SELECT count(DISTINCT jobid) FROM cron.job_run_details WHERE $ended") == 7 ]]; do
        ((SECONDS < deadline)) || break
        sleep 0.2
    done
    # The next minute must not come in between.
    sql 'SELECT cron.unschedule(jobid) FROM cron.job' >/dev/null
    wait_for 'no job runs' "SELECT bool_and($ended) FROM cron.job_run_details"
}
outcome() { # outcome DATABASE: what is applied and what ran, by whom, and how; locks
    PGDATABASE=$1 sql "SELECT (SELECT string_agg(version || ' ' || status, ', ' ORDER BY version) FROM migrator.status()),
        (SELECT string_agg(what, ',' ORDER BY what) FROM ran),
        (SELECT string_agg(DISTINCT concat_ws(' ', run_by, application_name), ', ') FROM migrator.history),
        (SELECT count(*) FROM migrator.history), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"
}
check() { # check HOW
    local invalid first database
    is "$1: each job ended as it should" 'broken failed, deployed succeeded, migrate succeeded, mixed 1 succeeded, mixed 2 succeeded, twice 1 succeeded, twice 2 succeeded' \
        "$(sql "SELECT string_agg(DISTINCT name || ' ' || status, ', ' ORDER BY name || ' ' || status) FROM cron.job_run_details JOIN jobs USING (jobid)")"
    is "$1: the recipe of docs/client.md" '1 applied, 2 applied, 3 applied, 4 applied|1,4|postgres pg_cron|4|0' "$(outcome app)"
    is "$1: apply(), by another role" '1 applied, 2 applied|1,2|deployer pg_cron|2|0' "$(outcome deployed)"
    is "$1: apply_each() twice at once" '1 applied, 2 applied, 3 applied, 4 applied|1,3,4|postgres pg_cron|4|0' "$(outcome twice)"
    is "$1: apply_each() and apply() at once" '1 applied, 2 applied|1,2|postgres pg_cron|2|0' "$(outcome mixed)"
    for database in twice mixed; do
        first=$(PGDATABASE=$database sql 'SELECT min(finished_at) FROM migrator.history')
        is "$1: both jobs of $database had begun before one of them was done with anything" "2|t" \
            "$(sql "SELECT count(DISTINCT jobid), max(start_time) < '$first'
                FROM (SELECT DISTINCT ON (jobid) * FROM cron.job_run_details ORDER BY jobid, runid) AS r WHERE database = '$database'")"
    done
    is "$1: a failure stays, and what came before it" '1 applied, 2 failed, 3 pending|1|postgres pg_cron' "$(outcome broken | cut -d '|' -f 1-3)"
    like "$1: its error" 'division by zero' "$(sql "SELECT DISTINCT return_message FROM cron.job_run_details WHERE status = 'failed'")"
    is "$1: its entry" '22012|division by zero' "$(PGDATABASE=broken sql "SELECT DISTINCT sqlstate, error FROM migrator.history WHERE result = 'failed'")"
    invalid=$(for database in "${databases[@]}"; do PGDATABASE=$database sql 'SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid'; done)
    is "$1: all indexes are valid" '' "$invalid"
    is "$1: nothing alarming in the log" '' "$(grep -aE 'deadlock|PANIC|TRAP|terminated by signal|snapshot' "$CLUSTER_HOME/$1/log" || true)"
}

start connections
start workers cron.use_background_workers=on cron.max_running_jobs=10 # the default for these is 5
for how in connections workers; do
    cluster_use "$how"
    export PGDATABASE=app
    schedule
    # Unscheduled, they are gone from cron.job.
    sql 'CREATE TABLE jobs AS SELECT jobid, jobname AS name FROM cron.job'
done
for how in connections workers; do
    cluster_use "$how"
    export PGDATABASE=app
    await_runs
done
for how in connections workers; do
    cluster_use "$how"
    export PGDATABASE=app
    check "$how"
done
checked
