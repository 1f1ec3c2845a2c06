#!/usr/bin/env bash
# What a statement does outside of its transaction stays when the record of its end fails: by an error, a full disk, a
# cancel, a lock that does not come, kill -9. The next call finds that out, and goes on with nobody's help.
set -euo pipefail
. test/cluster/checks.bash

server outside_publisher wal_level=logical
sql 'CREATE TABLE a (i int PRIMARY KEY)' 'CREATE TABLE b (i int PRIMARY KEY)' 'CREATE PUBLICATION one FOR TABLE a' \
    'CREATE PUBLICATION two FOR TABLE b'
source="host=$CLUSTER_TEMP/outside_publisher port=5432 user=postgres dbname=postgres"
server_apart outside_subscriber migrator.on_hazard=ignore log_min_messages=fatal wal_level=logical
database app
for name in space spare; do
    mkdir -p "$CLUSTER_HOME/outside_subscriber/$name"
    [[ -z $CLUSTER_USER ]] || chown "$CLUSTER_USER" "$CLUSTER_HOME/outside_subscriber/$name"
done
sql 'CREATE TABLE a (i int PRIMARY KEY)' 'CREATE TABLE b (i int PRIMARY KEY)' 'CREATE SEQUENCE tries' \
    'CREATE TABLE t (i int PRIMARY KEY)' 'INSERT INTO t SELECT generate_series(1, 100)' 'CREATE TABLE ran (what text)' \
    'CREATE TABLE p (i int) PARTITION BY RANGE (i)' "CREATE TABLESPACE spare LOCATION '$CLUSTER_HOME/outside_subscriber/spare'" \
    "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_catalog AS \$\$
     BEGIN
         IF NEW.result <> 'finished' OR NEW.statement <> 2 THEN RETURN NEW; END IF;
         CASE current_setting('test.fault', true)
         WHEN 'error' THEN RAISE 'no record';
         WHEN 'full disk' THEN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device';
         WHEN 'lock' THEN IF nextval('tries') = 1 THEN RAISE lock_not_available USING MESSAGE = 'no lock'; END IF;
         WHEN 'cancel', 'terminate', 'kill -9' THEN PERFORM pg_sleep(600);
         ELSE RETURN NEW;
         END CASE;
         RETURN NEW;
     END \$\$" \
    'CREATE TRIGGER stop BEFORE INSERT ON migrator.statement_entry FOR EACH ROW EXECUTE FUNCTION stop()'

on_publisher() { PGHOST=$CLUSTER_TEMP/outside_publisher PGDATABASE=postgres sql "$@"; }
slots() { on_publisher "SELECT string_agg(slot_name, ',') FROM pg_replication_slots WHERE slot_name NOT LIKE '%\_sync\_%'"; }

run=0
load() { # load DIRECTION STATEMENT: in a module of its own, with what shows that the others run once
    local text="-- migrator: no-transaction lock_retries=3
        INSERT INTO ran VALUES ('before'); $2; INSERT INTO ran VALUES ('behind')" down='SELECT 1'
    run=$((run + 1))
    [[ $1 == apply ]] || { down=$text; text='SELECT 1'; }
    psql -X -q -v up="$text" -v down="$down" >/dev/null <<<"TRUNCATE ran; ALTER SEQUENCE tries RESTART; SELECT migrator.load('1', 'a', :'up', :'down', module => 'm$run');"
    [[ $1 == apply ]] || sql "CALL migrator.apply_each(module => 'm$run')"
}
call() { # call DIRECTION FAULT: what it says
    PGAPPNAME=victim PGOPTIONS="$PGOPTIONS -c test.fault=${2// /\\ }" psql -X -q -A -t -c "CALL migrator.$1_each(module => 'm$run')" 2>&1 || true
}
status() { sql "SELECT status FROM migrator.status('m$run')"; }
records() { sql "SELECT string_agg(statement || ' ' || result, ', ' ORDER BY id) FROM migrator.statement_history WHERE module = 'm$run'"; }

stop_the_victim() { # stop_the_victim FAULT
    local pid
    wait_for 'the record of its end' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event = 'PgSleep'"
    pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'")
    case $1 in
    cancel) sql "SELECT pg_cancel_backend($pid)" >/dev/null ;;
    terminate) sql "SELECT pg_terminate_backend($pid)" >/dev/null ;;
    *) kill -9 "$pid" ;;
    esac
}

# The statement is stopped when its effect is there and its end is not on record; one more call finishes everything.
stopped() { # stopped DIRECTION FAULT STATEMENT QUERY EXPECTED
    local what="$3 ($1, $2)" said done=applied client
    [[ $1 == apply ]] || done=pending
    load "$1" "$3"
    case $2 in
    cancel | terminate | kill*)
        call "$1" "$2" >"$CLUSTER_TEMP/said" &
        client=$!
        stop_the_victim "$2"
        wait "$client" || true
        said=$(<"$CLUSTER_TEMP/said")
        wait_for 'the server is back' "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'victim'"
        ;;
    *) said=$(call "$1" "$2") ;;
    esac
    if [[ $2 == lock ]]; then
        is "$what" "$done" "$(status)"
        [[ $(status) == "$done" ]] || echo "$said"
    else
        is "$what: stopped" partial "$(status)"
        is "$what: its end is not on record" '1 started, 1 finished, 2 started' "$(records)"
        is "$what: but it has run" "$5" "$(sql "$4")"
        said=$(call "$1" '')
        is "$what: and it went on" "$done" "$(status)"
        [[ $(status) == "$done" ]] || echo "$said"
    fi
    is "$what: its effect" "$5" "$(sql "$4")"
    is "$what: the others once" 'before,behind' "$(sql "SELECT string_agg(what, ',') FROM ran")"
}

each() { # each STATEMENT QUERY EXPECTED UNDO..: in all ways
    local fault statement=$1 query=$2 expected=$3
    shift 3
    for fault in ${faults:-error lock kill\ -9}; do
        stopped apply "$fault" "$statement" "$query" "$expected"
        sql "$@" >/dev/null
    done
    stopped rollback error "$statement" "$query" "$expected"
    sql "$@" >/dev/null
}
IFS=$'\n'
faults=$'error\nfull disk\nlock\ncancel\nterminate\nkill -9'
each "CREATE TABLESPACE space LOCATION '$CLUSTER_HOME/outside_subscriber/space'" "SELECT spcname FROM pg_tablespace WHERE spcname = 'space'" space 'DROP TABLESPACE space'
sql "CREATE TABLESPACE space LOCATION '$CLUSTER_HOME/outside_subscriber/space'"
faults=$'error\nlock\nkill -9'
each 'DROP TABLESPACE space' "SELECT count(*) FROM pg_tablespace WHERE spcname = 'space'" 0 "CREATE TABLESPACE space LOCATION '$CLUSTER_HOME/outside_subscriber/space'"
each 'CREATE DATABASE other' "SELECT datname FROM pg_database WHERE datname = 'other'" other 'DROP DATABASE other'
sql 'CREATE DATABASE other'
each 'ALTER DATABASE other SET TABLESPACE spare' "SELECT spcname FROM pg_database d JOIN pg_tablespace s ON s.oid = dattablespace WHERE datname = 'other'" spare 'ALTER DATABASE other SET TABLESPACE pg_default'
each 'DROP DATABASE other' "SELECT count(*) FROM pg_database WHERE datname = 'other'" 0 'CREATE DATABASE other'
each "ALTER SYSTEM SET work_mem = '5MB'" "SELECT setting FROM pg_file_settings WHERE name = 'work_mem'" 5MB 'ALTER SYSTEM RESET work_mem'
each 'VACUUM t' 'SELECT count(*) FROM t' 100 'SELECT 1'
each 'CREATE INDEX CONCURRENTLY ti ON t (i)' "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ti')" t 'DROP INDEX ti'
sql 'CREATE INDEX ti ON t (i)'
each 'REINDEX INDEX CONCURRENTLY ti' "SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass AND indisvalid" 2 'SELECT 1'
each 'DROP INDEX CONCURRENTLY ti' "SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass" 1 'CREATE INDEX ti ON t (i)'
each 'CLUSTER t USING ti' "SELECT indisclustered FROM pg_index WHERE indexrelid = 'ti'::regclass" t 'ALTER TABLE t SET WITHOUT CLUSTER'
sql 'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)'
each 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY' 'SELECT count(*) FROM pg_inherits' 0 'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10)'
each 'DISCARD ALL' 'SELECT 1' 1 'SELECT 1'

echo '# subscriptions'
gone=('ALTER SUBSCRIPTION s DISABLE' 'DROP SUBSCRIPTION s')
publications="SELECT array_to_string(subpublications, ',') FROM pg_subscription"
tables='SELECT count(*) FROM pg_subscription_rel'
made="CREATE SUBSCRIPTION s CONNECTION '$source' PUBLICATION one"
faults=$'error\nfull disk\nlock\ncancel\nterminate\nkill -9'
each "$made" "$publications" one "${gone[@]}"
faults=$'error\nlock\nkill -9'
is 'no slot is left over' '' "$(slots)"
sql "$made" 2>/dev/null
each 'ALTER SUBSCRIPTION s ADD PUBLICATION two' "$publications" one,two 'ALTER SUBSCRIPTION s DROP PUBLICATION two'
each 'ALTER SUBSCRIPTION s SET PUBLICATION two' "$publications" two 'ALTER SUBSCRIPTION s SET PUBLICATION one'
sql 'ALTER SUBSCRIPTION s ADD PUBLICATION two'
each 'ALTER SUBSCRIPTION s DROP PUBLICATION two' "$publications" one 'ALTER SUBSCRIPTION s ADD PUBLICATION two'
each 'ALTER SUBSCRIPTION s REFRESH PUBLICATION' "$tables" 2 'SELECT 1'
each 'DROP SUBSCRIPTION s' "SELECT count(*) FROM pg_subscription" 0 "$made"
sql "${gone[@]}" >/dev/null
is 'no slot is left over' '' "$(slots)"
unset IFS

echo '# what somebody else had made, or what never was there, is no effect of the statement'
finds() { # finds STATEMENT ERROR: cut off before it began, by the record of its start
    load apply "$1"
    sql "CREATE FUNCTION begin_only() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN IF NEW.command <> 'INSERT' AND NEW.result = 'failed' THEN RAISE 'no record'; END IF; RETURN NEW; END \$\$" \
        'CREATE TRIGGER begin_only BEFORE INSERT ON migrator.statement_entry FOR EACH ROW EXECUTE FUNCTION begin_only()'
    like "$1" "$2" "$(call apply '')"
    sql 'DROP FUNCTION begin_only CASCADE' 2>/dev/null
    like "$1, again" "$2" "$(call apply '')"
}
finds 'CREATE DATABASE other' 'database "other" already exists'
finds 'CREATE TABLESPACE space LOCATION $$/nowhere$$' '"/nowhere" does not exist|tablespace "space" already exists'
finds 'DROP DATABASE never' 'database "never" does not exist'
finds 'DROP TABLESPACE never' 'tablespace "never" does not exist'
finds 'DROP SUBSCRIPTION never' 'subscription "never" does not exist'

echo '# what no catalog tells: the error says what may be, and the HINT is right'
load apply "CREATE TABLESPACE third LOCATION '$CLUSTER_HOME/outside_subscriber/third'"
like 'a tablespace' 'does not exist' "$(call apply '')"
left=$CLUSTER_HOME/outside_subscriber/third/$(sql "SELECT format('PG_%s_%s', current_setting('server_version_num')::int / 10000, catalog_version_no) FROM pg_control_system()")
mkdir -p "$left"
[[ -z $CLUSTER_USER ]] || chown -R "$CLUSTER_USER" "$CLUSTER_HOME/outside_subscriber/third"
said=$(call apply '')
like 'its directory' "directory \"$left\" already in use as a tablespace" "$said"
like 'the HINT' 'HINT:  An earlier attempt was cut off, and may have left this directory. If no tablespace uses it .*, remove it and CALL migrator.apply_each\(\) again' "$said"
rmdir "$left"
call apply '' >/dev/null
is 'goes on without it' applied "$(status)"

on_publisher "SELECT pg_create_logical_replication_slot('s', 'pgoutput')" >/dev/null
load apply "$made"
like 'a slot of somebody else' 'could not create replication slot "s"' "$(call apply '')"
like 'the second time' 'HINT:  .*SELECT pg_drop_replication_slot\(.*\) there and CALL migrator.apply_each\(\) again' "$(call apply '')"
on_publisher "SELECT pg_drop_replication_slot('s')" >/dev/null
call apply '' >/dev/null
is 'goes on without it' applied "$(status)"

load rollback 'DROP SUBSCRIPTION s'
sql 'ALTER SUBSCRIPTION s DISABLE'
wait_until_idle() { until [[ $(on_publisher "SELECT count(*) FROM pg_replication_slots WHERE active") == 0 ]]; do sleep 0.1; done; }
wait_until_idle
on_publisher "SELECT pg_drop_replication_slot('s')" >/dev/null
like 'the slot is gone' 'could not drop replication slot "s"' "$(call rollback '')"
like 'the second time' 'HINT:  .*ALTER SUBSCRIPTION \.\.\. SET \(slot_name = NONE\), and CALL migrator.rollback_each\(\) again' "$(call rollback '')"
sql 'ALTER SUBSCRIPTION s SET (slot_name = NONE)'
call rollback '' >/dev/null
is 'goes on without it' pending "$(status)"

load apply "SELECT pg_create_physical_replication_slot('mine')"
said=$(call apply error)
like 'a function that reaches outside' 'DETAIL:  The statement ran, but was rolled back because its end could not be recorded.' "$said"
like 'its HINT' 'HINT:  Remove the cause and CALL migrator.apply_each\(\) again. It resumes from here.' "$said"
said=$(call apply '')
like 'finds what it did' 'replication slot "mine" already exists' "$said"
like 'the HINT' 'HINT:  An earlier attempt at this statement was cut off, and what it did outside of its transaction .* may remain' "$said"
sql "SELECT pg_drop_replication_slot('mine')" >/dev/null
call apply '' >/dev/null
is 'undone, it goes on' applied "$(status)"
load apply "SELECT pg_create_physical_replication_slot('mine')"
call apply error >/dev/null
psql -X -q -v up="-- migrator: no-transaction
INSERT INTO ran VALUES ('before'); SELECT pg_create_physical_replication_slot('mine') WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'mine')" <<<"SELECT migrator.load('1', 'a', :'up', module => 'm$run')" >/dev/null
call apply '' >/dev/null
is 'or the statement is another' applied "$(status)"
checked
