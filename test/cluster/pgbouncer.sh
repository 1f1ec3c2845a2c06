#!/usr/bin/env bash
# apply_each() through PgBouncer in transaction mode, whose server connections outlive their clients: a lock or a
# setting that a run left there would be the next client's.
set -euo pipefail
. test/cluster/checks.bash

server pooled client_connection_check_interval=50
database app
pooler=$CLUSTER_TEMP/pooled/pgbouncer
cluster_run mkdir "$pooler"
cluster_run tee "$pooler/ini" >/dev/null <<END_OF_INI
[databases]
* = host=$PGHOST port=$PGPORT
[pgbouncer]
pool_mode = transaction
default_pool_size = 2
unix_socket_dir = $pooler
listen_port = 6432
auth_type = trust
auth_file = $pooler/users
admin_users = postgres
pidfile = $pooler/pid
logfile = $pooler/log
END_OF_INI
printf '"%s" ""\n' postgres impatient | cluster_run tee "$pooler/users" >/dev/null
(PATH=$PATH:/usr/sbin cluster_run pgbouncer -q "$pooler/ini") &
job=$!
stop_pooler() {
    # While the job lives, so does its child, whose process id the file has.
    if kill -0 "$job" 2>/dev/null; then
        kill "$(cat "$pooler/pid")" && wait "$job" || true
    fi
    if ((failed)) || [[ -z $finished ]]; then
        echo '--- the end of the log of PgBouncer'
        tail -n 20 "$pooler/log"
    fi
} >&2
trap 'stop_pooler; leave' EXIT

pooled() { # pooled COMMAND..; PgBouncer takes no options from a client
    PGHOST=$pooler PGPORT=6432 PGOPTIONS='' "$@"
}
run() { # run NAME [psql arguments]: the call, in the background; what it prints goes to a file
    local name=$1
    shift
    (PGAPPNAME=$name PGHOST=$pooler PGPORT=6432 PGOPTIONS='' exec psql -X -q -A -t -v VERBOSITY=verbose "$@" \
        -c 'CALL migrator.apply_each()' >"$CLUSTER_HOME/pooled/$name" 2>&1) &
    client=$!
}
ends_well() { # ends_well WHAT PID
    local outcome=0
    wait "$2" || outcome=$?
    is "$1" 0 "$outcome"
}
locks="SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
applied() { # per version, how often it was applied and how often its body ran
    sql "SELECT string_agg(version || ':' || h || ':' || (SELECT count(*) FROM ran WHERE what = version::text), ' ' ORDER BY version)
         FROM (SELECT version, count(*) AS h FROM migrator.history WHERE result = 'applied' GROUP BY version) AS v"
}

until pooled sql 'SELECT 1' >/dev/null 2>&1; do
    kill -0 "$job"
    sleep 0.05
done
is 'it pools transactions' transaction "$(pooled psql -X -A -t -d pgbouncer -c 'SHOW CONFIG' | sed -n 's/^pool_mode|\([a-z]*\)|.*/\1/p')"
is 'the next client gets the same server connection' "$(pooled sql 'SELECT pg_backend_pid()')" "$(pooled sql 'SELECT pg_backend_pid()')"

echo '# a run'
sql 'CREATE TABLE t (i int)' 'INSERT INTO t SELECT generate_series(1, 1000)' 'CREATE TABLE ran (what text)' 'CREATE TABLE gate (seconds int)' \
    "SELECT migrator.load('1', 'table', 'CREATE TABLE u (i int); INSERT INTO ran VALUES (1)')" \
    "SELECT migrator.load('2', 'index', 'CREATE INDEX CONCURRENTLY u_i ON u (i)')" \
    "SELECT migrator.load('3', 'vacuum', 'VACUUM u; REINDEX INDEX CONCURRENTLY u_i')" \
    "SELECT migrator.load('4', 'settings', E'-- migrator: no-transaction\nSET work_mem = \'13MB\'; SET search_path = nowhere; PREPARE p AS SELECT 1;
        SELECT pg_advisory_lock(4711); CREATE TEMPORARY TABLE scratch (); INSERT INTO public.ran VALUES (4)')" \
    "SELECT migrator.load('5', 'settings', 'SET work_mem = ''14MB''; SET search_path = nowhere; INSERT INTO public.ran VALUES (5)')" >/dev/null
said=$(PGAPPNAME=deploy pooled psql -X -c 'CALL migrator.apply_each()' 2>&1)
like 'it says what it applied' 'NOTICE:  applied 1 table .*NOTICE:  applied 2 index .*NOTICE:  applied 3 vacuum .*CALL$' "$said"
is 'each once' '1:1:1 2:1:0 3:1:0 4:1:1 5:1:1' "$(applied)"
is 'the index is valid' t "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'u_i'::regclass")"
is 'the history knows the client' deploy "$(sql 'SELECT DISTINCT application_name FROM migrator.history')"
is 'no lock is left' 0 "$(sql "$locks")"
is 'nor anything else in the connection' '4MB|"$user", public|0|' \
    "$(pooled sql "SELECT current_setting('work_mem'), current_setting('search_path'), (SELECT count(*) FROM pg_prepared_statements), to_regclass('pg_temp.scratch')")"
sql "SELECT migrator.load('6', 'apply', 'INSERT INTO ran VALUES (6)')" >/dev/null
is 'apply()' '6|applied' "$(pooled sql 'SELECT version, status FROM migrator.apply()' 2>/dev/null)"
is 'no lock is left of it' 0 "$(sql "$locks")"

echo '# two at once, one of them in an index build that a reader holds up'
sql "SELECT migrator.load('7', 'index', 'CREATE INDEX CONCURRENTLY t_i ON t (i)')" \
    "SELECT migrator.load('8', 'rows', 'INSERT INTO ran VALUES (8)')" 'CREATE ROLE impatient SUPERUSER LOGIN' \
    "ALTER ROLE impatient SET migrator.lock_wait = 0" >/dev/null
PGAPPNAME=reader psql -X -q -c 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t; SELECT pg_sleep(60)' >/dev/null 2>&1 &
reader=$!
wait_for 'the reader' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'reader' AND wait_event = 'PgSleep'"
run first
first=$client
wait_for 'the build waits' 'SELECT count(*) = 1 FROM migrator.running WHERE cardinality(blocked_by) = 1'
run second
second=$client
wait_for 'the second waits' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'second' AND wait_event_type = 'Extension'"
# To tell whom it waits for takes a snapshot, for that moment: after half a second, and then twice a minute.
until grep -q '^NOTICE: .* waiting for another migration run to end' "$CLUSTER_HOME/pooled/second"; do sleep 0.02; done
wait_for 'it has told' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'second' AND num_nulls(backend_xmin, backend_xid) = 2"
snapshots=
for _ in {1..15}; do
    snapshots+=$(sql "SELECT coalesce(backend_xmin::text, '') || coalesce(backend_xid::text, '') FROM pg_stat_activity WHERE application_name = 'second'")
    sleep 0.03
done
is 'it waits without a snapshot and without a transaction id' '' "$snapshots"
pid=$(sql 'SELECT pid FROM migrator.running')
refusal=$(PGUSER=impatient pooled error_of 'CALL migrator.apply_each()')
like 'migrator.lock_wait = 0 refuses at once' '^ERROR:  55P03: another migration run is in progress' "$refusal"
like 'and names the holder' \
    "DETAIL:  It is run by process $pid, user postgres, client local \(first\), since 20[0-9]{2}-[^;]*; migration 7, statement 1 of 1: CREATE INDEX CONCURRENTLY t_i ON t \(i\)" "$refusal"
like 'apply() does not wait for a build' 'HINT:  The other run is in a migration without a transaction.*CALL migrator.apply_each' \
    "$(PGUSER=impatient pooled error_of "SET migrator.lock_wait = '1min'" 'SELECT * FROM migrator.apply()')"
is 'nobody has given up' 2 "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('first', 'second') AND state = 'active'")"
sql "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'second'" >/dev/null
wait "$second" && outcome=0 || outcome=$?
is 'a waiter that is cancelled ends with an error' '1|ERROR:  57014: canceling statement due to user request' \
    "$outcome|$(grep ^ERROR "$CLUSTER_HOME/pooled/second")"
is 'and leaves no lock' "$pid" "$(sql "SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory'")"
run second
second=$client
wait_for 'the second waits again' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'second' AND wait_event_type = 'Extension'"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'reader'" >/dev/null
wait "$reader" || true
ends_well 'the first ends well' "$first"
ends_well 'and the second' "$second"
like 'which had nothing to do' '^NOTICE:  00000: nothing is pending: 8 migrations are applied' "$(cat "$CLUSTER_HOME/pooled/second")"
is 'each once' '1:1:1 2:1:0 3:1:0 4:1:1 5:1:1 6:1:1 7:1:0 8:1:1' "$(applied)"
is 'no lock is left' 0 "$(sql "$locks")"

echo '# a failure'
next=10
next_call() { # with migrator.lock_wait = 0: a lock that another connection still has would refuse it
    next=$((next + 1))
    sql "SELECT migrator.load('$next', 'next', 'INSERT INTO ran VALUES ($next)')" >/dev/null
    is "$1: no lock is left" 0 "$(sql "$locks")"
    is "$1: the next call works at once" "t|1" "$(PGUSER=impatient pooled psql -X -q -c 'CALL migrator.apply_each()' >/dev/null 2>&1
        sql "SELECT (SELECT bool_and(status = 'applied') FROM migrator.status()), count(*) FROM ran WHERE what = '$next'")"
    is "$1: no lock is left by that" 0 "$(sql "$locks")"
}
sql "SELECT migrator.load('9', 'fails', 'CREATE TABLE half (); SELECT 1 / 0')" >/dev/null
like 'the original error' '^ERROR:  22012: division by zero' "$(pooled error_of 'CALL migrator.apply_each()' | sed -n '/^ERROR/,$p')"
is 'psql exits non-zero' 1 "$(pooled psql -X -q -c 'CALL migrator.apply_each()' >/dev/null 2>&1 || echo $?)"
is 'it is in the history' 'failed|22012|failed|22012' "$(sql "SELECT string_agg(concat_ws('|', result, sqlstate), '|') FROM migrator.history WHERE version = '9'")"
sql "SELECT migrator.load('9', 'fails', 'INSERT INTO ran VALUES (9)')" >/dev/null
next_call 'after a failure'
sql "SELECT migrator.load('12', 'fails', E'-- migrator: no-transaction\nSELECT 1; CREATE UNIQUE INDEX CONCURRENTLY t_u ON t ((i / 2))')" >/dev/null
next=12
like 'the original error, without a transaction' 'ERROR:  23505: could not create unique index "t_u"' "$(pooled error_of 'CALL migrator.apply_each()')"
sql "SELECT migrator.load('12', 'fails', E'-- migrator: no-transaction\nSELECT 1; CREATE INDEX CONCURRENTLY t_u ON t ((i / 2))')" >/dev/null
next_call 'after a failure without a transaction'
is 'the index of the second try is valid' t "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_u'::regclass")"

backend_canceled() { sql "SELECT pg_cancel_backend(pid) $asleep" >/dev/null; }
backend_terminated() { sql "SELECT pg_terminate_backend(pid) $asleep" >/dev/null; }
client_canceled() { kill -INT "$client"; }
client_killed() { # noticed by client_connection_check_interval
    kill -9 "$client"
    wait "$client" 2>/dev/null || true
}
asleep="FROM pg_stat_activity WHERE application_name = 'cut' AND wait_event = 'PgSleep'"
for way in backend_canceled backend_terminated client_canceled client_killed; do
    for directive in '' $'-- migrator: no-transaction\n'; do
        what=$way${directive:+, without a transaction}
        next=$((next + 1))
        sql 'INSERT INTO gate VALUES (60)' "SELECT migrator.load('$next', 'gate', '${directive}INSERT INTO ran VALUES ($next); SELECT pg_sleep(seconds) FROM gate')" >/dev/null
        run cut
        wait_for 'it sleeps' "SELECT count(*) = 1 $asleep"
        "$way"
        wait_for 'the run is over' 'SELECT count(*) = 0 FROM migrator.running'
        wait "$client" 2>/dev/null || true
        sql 'TRUNCATE gate'
        before=$next
        next_call "$what"
        is "$what: what was cut ran once in the end" 1 "$(sql "SELECT count(*) FROM ran WHERE what = '$before'")"
    done
done

echo '# in a transaction block'
like 'it is refused' '^ERROR:  25001: migrator.apply_each\(\) cannot be called in a transaction block.*HINT: ' \
    "$(pooled error_of BEGIN 'CALL migrator.apply_each()')"
is 'no lock is left' 0 "$(sql "$locks")"
is 'nothing ran twice' '' "$(sql "SELECT version FROM migrator.history WHERE result = 'applied' GROUP BY version HAVING count(*) <> 1")"
is 'the server has not said anything alarming' '' "$(grep -aE 'PANIC|TRAP|signal (6|11)|deadlock|WARNING' "$CLUSTER_HOME/pooled/log" | grep -v 'no migration has made' || true)"
checked
