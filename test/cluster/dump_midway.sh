#!/usr/bin/env bash
# A dump that is taken while apply_each() is in the middle of a migration: what the restored database knows of it, and
# what its next run does.
set -euo pipefail
. test/cluster/checks.bash

server midway migrator.on_hazard=ignore
files out

# stopped NAME WHAT UP: a database whose migration 2 is under way and held up by a reader of table t; its dump, restored
# into NAME_restored, which is used from now on
stopped() {
    local pid name
    database "$1"
    sql 'CREATE TABLE t (n int PRIMARY KEY, p int)' 'CREATE TABLE log (what text)' 'CREATE TABLE gate AS SELECT 600 AS seconds' \
        'INSERT INTO t SELECT i, i FROM generate_series(1, 100) i' 'CREATE INDEX t_old ON t (p)' \
        'CREATE TABLE parts (n int) PARTITION BY RANGE (n)' \
        'CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (10)' 'INSERT INTO parts VALUES (1)' \
        "SELECT migrator.load('1', 'before', 'INSERT INTO log VALUES (''before'')')" \
        "SELECT migrator.load('2', 'midway', \$up\$$3\$up\$)" \
        "SELECT migrator.load('3', 'behind', 'INSERT INTO log VALUES (''behind'')')" >/dev/null
    PGAPPNAME=reader psql -X -q -c 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t, parts; SELECT pg_sleep(600)' \
        >/dev/null 2>&1 &
    wait_for 'the reader holds' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'reader' AND wait_event = 'PgSleep'"
    PGAPPNAME=runner psql -X -q -c 'CALL migrator.apply_each()' >/dev/null 2>&1 &
    wait_for "$1 is under way" "SELECT count(*) = 1 FROM migrator.running
        WHERE version = '2' AND (wait_event = 'PgSleep' OR wait_event_type = 'Lock')"
    pid=$(sql 'SELECT pid FROM migrator.running')
    is "$2: the dumped database runs it" 2 "$(sql 'SELECT running_version FROM migrator.summary()')"
    pg_dump -f "$files/$1.sql" "$1"
    for name in runner reader; do # in this order, as the runner would go on without the reader
        sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '$name'" >/dev/null
        wait_for "$name is gone" "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '$name'"
    done
    wait

    # The process that ran it is another one now, alive by chance.
    PGAPPNAME=alive psql -X -q -d postgres -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
    wait_for 'it is alive' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'alive' AND wait_event = 'PgSleep'"
    sed -i "s/\t$pid\t/\t$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'alive'")\t/" "$files/$1.sql"
    createdb --template=template0 "$1_restored"
    export PGDATABASE=$1_restored
    psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -f "$files/$1.sql"
    is "$2: nothing claims to be running" '0||0' "$(sql 'SELECT (SELECT count(*) FROM migrator.running), running_pid,
        (SELECT count(*) FROM pg_locks WHERE locktype = $$advisory$$) FROM migrator.summary()')"
    is "$2: lint() takes none of what was restored for a change outside" 0 \
        "$(sql "SELECT count(*) FROM migrator.lint() WHERE rule = 'changed-outside'")"
    is "$2: a living process has the recorded number" t "$(sql "SELECT count(*) > 0 FROM migrator.history h
        JOIN pg_stat_activity a ON a.pid = h.backend_pid WHERE a.application_name = 'alive'")"
}

ended() { # ended WHAT: the next run has done everything once
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alive'" >/dev/null
    wait
    is "$1: everything is applied" '1:applied 2:applied 3:applied' \
        "$(sql "SELECT string_agg(version || ':' || status, ' ' ORDER BY version) FROM migrator.status()")"
    is "$1: each id is newer than those before" t "$(sql 'SELECT bool_and(ordered) FROM
        (SELECT id > lag(id, 1, 0::bigint) OVER (ORDER BY finished_at) AS ordered FROM migrator.history) h')"
    is "$1: no index is invalid" 0 "$(sql 'SELECT count(*) FROM pg_index WHERE NOT indisvalid')"
}
partial() { # partial WHAT DETAIL
    is "$1: it is partial" "partial|$2" "$(sql "SELECT status, detail FROM migrator.status() WHERE version = '2'")"
}
run() { # what the next run says of what it finds
    sql 'DROP TABLE IF EXISTS gate' 'CREATE TABLE gate (seconds int)' 'SET client_min_messages = notice' 'SET migrator.lock_wait = 0' 'CALL migrator.apply_each()' 2>&1 |
        grep -o 'resumes at.*\|index .*\|.*detach.*\|^ERROR.*' || true
}
indexes() {
    sql "SELECT string_agg(indexrelid::regclass || CASE WHEN indisvalid THEN '' ELSE ' (invalid)' END, ' ' ORDER BY indexrelid::regclass::text)
         FROM pg_index WHERE indrelid = 't'::regclass"
}
log() { sql "SELECT string_agg(what, ' ' ORDER BY what) FROM log"; }
alone=$'-- migrator: no-transaction\n'

what='CREATE INDEX CONCURRENTLY'
echo "# $what"
stopped build "$what" "$alone INSERT INTO log VALUES ('during'); CREATE INDEX CONCURRENTLY t_new ON t (p, n)"
is "$what: it is left invalid in the dumped database" 't_new (invalid) t_old t_pkey' "$(PGDATABASE=build indexes)"
is "$what: a dump leaves it out" 't_old t_pkey' "$(indexes)"
partial "$what" 'applied 1 of 2 statements; statement 2 is left, the first was cut off'
is "$what: the next run builds it" 'resumes at statement 2 of 2' "$(run)"
is "$what: it is there" 't_new t_old t_pkey' "$(indexes)"
is "$what: what had run did not run again" 'before behind during' "$(log)"
ended "$what"

what='CREATE INDEX CONCURRENTLY IF NOT EXISTS, built by hand meanwhile'
echo "# $what"
stopped by_hand "$what" 'CREATE INDEX CONCURRENTLY IF NOT EXISTS t_new ON t (p, n)'
sql 'CREATE INDEX t_new ON t (p, n)'
is "$what: it counts" $'resumes at statement 1 of 1\nindex public.t_new exists and is valid: it counts as built' "$(run)"
ended "$what"

what='a build that failed'
echo "# $what"
database failed
sql "SELECT migrator.load('1', 'table', 'CREATE TABLE t (n int); INSERT INTO t VALUES (1), (1)')" \
    "SELECT migrator.load('2', 'unique', 'CREATE UNIQUE INDEX CONCURRENTLY t_unique ON t (n)')" >/dev/null
like "$what: duplicates" '^ERROR:  23505' "$(error_of 'CALL migrator.apply_each()')"
is "$what: it is left invalid" 't_unique (invalid)' "$(indexes)"
pg_dump -Fc -f "$files/failed" failed
createdb --template=template0 failed_restored
pg_restore -e -d failed_restored "$files/failed"
export PGDATABASE=failed_restored
is "$what: a dump leaves it out" '' "$(indexes)"
like "$what: the run still fails" 'ERROR: *could not create unique index' "$(run)"
sql 'DELETE FROM t WHERE ctid = $$(0,1)$$'
is "$what: it is the restored one's to build, and to clean up after" \
    $'resumes at statement 1 of 1\nindex public.t_unique was left invalid: it is dropped and built again' "$(run)"
is "$what: it is valid" 't_unique' "$(indexes)"

what='DROP INDEX CONCURRENTLY'
echo "# $what"
stopped drop "$what" 'DROP INDEX CONCURRENTLY t_old'
is "$what: a dump leaves it out already" t_pkey "$(indexes)"
partial "$what" 'applied 0 of 1 statements; statement 1 is left, the first was cut off'
is "$what: the next run takes it as done" $'resumes at statement 1 of 1\nindex t_old is already gone' "$(run)"
ended "$what"

what='REINDEX CONCURRENTLY'
echo "# $what"
stopped reindex "$what" 'REINDEX INDEX CONCURRENTLY t_old'
like "$what: its second index is left in the dumped database" 't_old_ccnew \(invalid\)' "$(PGDATABASE=reindex indexes)"
is "$what: a dump leaves that out" 't_old t_pkey' "$(indexes)"
is "$what: the next run does it" 'resumes at statement 1 of 1' "$(run)"
is "$what: there is one of it" 't_old t_pkey' "$(indexes)"
ended "$what"

what='DETACH PARTITION CONCURRENTLY'
echo "# $what"
stopped detach "$what" 'ALTER TABLE parts DETACH PARTITION part CONCURRENTLY'
is "$what: it is pending in the dumped database" t "$(PGDATABASE=detach sql 'SELECT inhdetachpending FROM pg_inherits')"
is "$what: in the restored one it is a partition" 'part|f' "$(sql 'SELECT inhrelid::regclass, inhdetachpending FROM pg_inherits')"
is "$what: the next run detaches it" 'resumes at statement 1 of 1' "$(run)"
is "$what: it is no partition any more, and has its row" '0|1' "$(sql 'SELECT (SELECT count(*) FROM pg_inherits), count(*) FROM part')"
ended "$what"

what='an ordinary statement'
echo "# $what"
stopped ordinary "$what" "$alone INSERT INTO log VALUES ('during'); INSERT INTO log SELECT 'and long' WHERE (SELECT count(pg_sleep(seconds)) FROM gate) >= 0; INSERT INTO log VALUES ('last')"
partial "$what" 'applied 1 of 3 statements; statements 2 to 3 are left, the first was cut off'
is "$what: the next run" 'resumes at statement 2 of 3' "$(run)"
is "$what: each once" 'and long before behind during last' "$(log)"
ended "$what"

what='a migration with its transaction'
echo "# $what"
stopped transactional "$what" "INSERT INTO log VALUES ('during'); SELECT pg_sleep(seconds) FROM gate"
is "$what: it is pending" pending "$(sql "SELECT status FROM migrator.status() WHERE version = '2'")"
is "$what: the next run does it" '' "$(run)"
is "$what: each once" 'before behind during' "$(log)"
ended "$what"

what='a rollback'
echo "# $what"
database back
sql 'CREATE TABLE log (what text)' "SELECT migrator.load('1', 'back', 'INSERT INTO log VALUES (1), (2)',
    \$\$$alone DELETE FROM log WHERE what = '2'; DELETE FROM log WHERE what = '1' AND pg_sleep(60) IS NULL\$\$)" 'CALL migrator.apply_each()' >/dev/null
PGAPPNAME=runner psql -X -q -c 'CALL migrator.rollback_each()' >/dev/null 2>&1 &
wait_for 'it is under way' "SELECT count(*) = 1 FROM migrator.running WHERE statement = 2 AND wait_event = 'PgSleep'"
pg_dump -Fc -f "$files/back" back
sql 'SELECT pg_terminate_backend(pid) FROM migrator.running' >/dev/null
wait
createdb --template=template0 back_restored
pg_restore -e -d back_restored "$files/back"
export PGDATABASE=back_restored
like "$what: nothing is applied before it is finished" '^ERROR:  MG007' "$(error_of 'CALL migrator.apply_each()')"
sql "SELECT migrator.load('1', 'back', 'INSERT INTO log VALUES (1), (2)', \$\$$alone DELETE FROM log WHERE what = '2'; DELETE FROM log WHERE what = '1'\$\$)" \
    'CALL migrator.rollback_each()' >/dev/null
is "$what: the next rollback_each() finishes it" 'pending|0' "$(sql 'SELECT status, (SELECT count(*) FROM log) FROM migrator.status()')"

echo '# two databases'
is 'each has a lock of its own' t "$(sql "SELECT migrator.lock_key() >> 32 = x'6D696772'::int AND
    (migrator.lock_key() & x'FFFFFFFF'::bigint) = 'migrator'::regnamespace::oid::bigint")"
checked
