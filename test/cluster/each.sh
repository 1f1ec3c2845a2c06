#!/usr/bin/env bash
# apply_each() beside other sessions: who waits and how, who is refused and what it is told, retries, what others see.
set -euo pipefail
. test/cluster/checks.bash

server each client_connection_check_interval=50 max_connections=60 migrator.on_hazard=ignore
database app
locks="SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"

sql 'CREATE TABLE t (i int)' 'CREATE TABLE ran (what text)' 'INSERT INTO t SELECT generate_series(1, 1000)'

hold() { # hold NAME SQL: a session named so, which runs the statement and then sleeps in its transaction
    PGAPPNAME=$1 psql -X -q -c "BEGIN; $2; SELECT pg_sleep(600)" >/dev/null 2>&1 &
    wait_for "$1 holds" "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '$1' AND wait_event = 'PgSleep'"
}
let_go() { # let_go NAME
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '$1'" >/dev/null
    wait_for "$1 is gone" "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '$1'"
}
run() { # run NAME SQL..: in the background; what it prints goes to $CLUSTER_HOME/each/NAME
    local name=$1 arguments=()
    shift
    statements "$@"
    PGOPTIONS='' PGAPPNAME=$name psql -X -q -A -t -v VERBOSITY=verbose "${arguments[@]}" >"$CLUSTER_HOME/each/$name" 2>&1 &
}
printed() { grep -v '^LOCATION' "$CLUSTER_HOME/each/$1" || true; }
ended() { wait_for "$1 has ended" "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '$1'"; }

echo '# a migration without a transaction, held up by a reader'
sql "SELECT migrator.load('1', 'table', 'INSERT INTO ran VALUES (1)')" \
    "SELECT migrator.load('2', 'index', 'CREATE INDEX CONCURRENTLY t_i ON t (i)', 'DROP INDEX CONCURRENTLY t_i')" \
    "SELECT migrator.load('3', 'last', 'INSERT INTO ran VALUES (3)')" >/dev/null
hold reader "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t"
run runner 'CALL migrator.apply_each()'
wait_for 'it is held up' "SELECT count(*) = 1 FROM migrator.running WHERE cardinality(blocked_by) = 1"
is 'view running' 'main|2|up|1|1|CREATE INDEX CONCURRENTLY t_i ON t (i)|postgres|postgres|local (runner)|t|t|Lock|virtualxid|t|t' \
    "$(sql "SELECT module, version, direction, statement, statements, sql, session_role, username, client, run_since <= statement_since,
                   statement_since <= clock_timestamp(), wait_event_type, wait_event,
                   blockers LIKE 'process % (user postgres, application reader, transaction open for %): BEGIN; %', phase LIKE 'waiting for %'
            FROM migrator.running")"
is 'pg_stat_activity' '/* migrator 2 statement 1 of 1 */ /* migration 2 of 3 */ CREATE INDEX CONCURRENTLY t_i ON t (i)' \
    "$(sql "SELECT query FROM pg_stat_activity WHERE application_name = 'runner'")"
is 'summary()' '1|1|t|t|2|1|1' "$(sql "SELECT applied, failed, running_pid = (SELECT pid FROM migrator.running),
    running_since = (SELECT run_since FROM migrator.running), running_version, running_statement, running_statements FROM migrator.summary()")"
is 'status(): what has begun' 'partial|applied 0 of 1 statements; statement 1 is left, the first was cut off' \
    "$(sql "SELECT status, detail FROM migrator.status() WHERE version = '2'")"
sql 'CREATE ROLE looks LOGIN' 'GRANT USAGE ON SCHEMA migrator TO looks' 'GRANT SELECT ON migrator.running TO looks' \
    'GRANT EXECUTE ON FUNCTION migrator.run_activity TO looks'
is 'another role sees the statement too' 'CREATE INDEX CONCURRENTLY t_i ON t (i)' \
    "$(PGUSER=looks sql 'SELECT sql FROM migrator.running')"

refusal=$(error_of "SET migrator.lock_wait = '10min'" 'SELECT * FROM migrator.apply()')
like 'apply() does not wait for it' '^ERROR:  55P03: another migration run is in progress' "$refusal"
like 'and is told how to' 'HINT:  The other run is in a migration without a transaction.*CALL migrator.apply_each\(\)' "$refusal"
refusal=$(error_of 'SET migrator.lock_wait = 0' 'CALL migrator.apply_each()')
like 'apply_each() that does not wait names the holder' \
    'DETAIL:  It is run by process [0-9]+, user postgres, client local \(runner\), since 20.*; migration 2, statement 1 of 1: CREATE INDEX CONCURRENTLY t_i' "$refusal"
run waiter "SET migrator.lock_wait = '10min'" 'CALL migrator.apply_each()'
wait_for 'it waits' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'waiter' AND wait_event_type = 'Extension'"
# But for the moment of a try. Where it held one all the time, this would wait in vain.
wait_for 'apply_each() waits without a snapshot' "SELECT count(*) = 1 FROM pg_stat_activity
    WHERE application_name = 'waiter' AND wait_event_type = 'Extension' AND num_nulls(backend_xmin, backend_xid) = 2"
let_go reader
ended runner
ended waiter
is 'each ran once' '1,3' "$(sql 'SELECT string_agg(what, $$,$$ ORDER BY what) FROM ran')"
is 'no lock is left' 0 "$(sql "$locks")"
like 'NOTICEs' 'NOTICE:  00000: applied 2 index \(.* ms\)' "$(printed runner)"
is 'the waiter had nothing to do' 'NOTICE:  00000: nothing is pending: 3 migrations are applied' "$(printed waiter | tail -n 1)"
is 'nobody runs' '' "$(sql 'SELECT * FROM migrator.running')"

echo '# locks that a migration needs'
sql "SELECT migrator.load('4', 'alter', E'-- migrator: lock_timeout=100ms lock_retries=50\nINSERT INTO ran VALUES (4); ALTER TABLE t ADD COLUMN n int')" >/dev/null
hold blocker 'LOCK TABLE t IN ACCESS SHARE MODE'
run runner 'CALL migrator.apply_each()'
wait_for 'the next try, without a snapshot or a lock but the run lock' \
    "SELECT count(*) = 1 FROM pg_stat_activity a WHERE application_name = 'runner' AND wait_event_type = 'Extension' AND backend_xmin IS NULL
     AND (SELECT string_agg(DISTINCT locktype, ', ' ORDER BY locktype) FROM pg_locks l WHERE l.pid = a.pid) = 'advisory, virtualxid'"
let_go blocker
ended runner
like 'a NOTICE at each retry, which names who is in the way' \
    "NOTICE:  00000: migration 4 \(alter\) did not get a lock in time, try 2 of 51 follows in [0-9]+ ms; blocked by: process [0-9]+ \(user postgres, application blocker, transaction open for 00:00:0[0-9]\): \"BEGIN; LOCK TABLE t" \
    "$(printed runner)"
is 'it ran once' 1 "$(sql "SELECT count(*) FROM ran WHERE what = '4'")"
is 'tries that went on are no failures' 'applied' "$(sql "SELECT string_agg(result, ',') FROM migrator.history WHERE version = '4'")"

sql "SELECT migrator.load('5', 'alter', 'ALTER TABLE t DROP COLUMN n')" >/dev/null
hold blocker 'LOCK TABLE t IN ACCESS SHARE MODE'
gave_up=$(error_of "SET migrator.lock_timeout = '50ms'" 'SET migrator.lock_retries = 2' 'CALL migrator.apply_each()')
like 'it gives up with the original error' '^ERROR:  55P03: canceling statement due to lock timeout' "$gave_up"
like 'and says who is in the way' 'DETAIL:  Blocked by process [0-9]+ \(user postgres, application blocker' "$gave_up"
is 'which is recorded' '55P03|1|1' "$(sql "SELECT sqlstate, statement, line FROM migrator.history WHERE version = '5'")"
gave_up=$(error_of "SET migrator.lock_timeout = '50ms'" 'SELECT * FROM migrator.apply()')
like 'apply() says so too' 'DETAIL:  Blocked by process [0-9]+ \(user postgres, application blocker' "$gave_up"
like 'and what tries again by itself' 'HINT:  Run it again when they are done. CALL migrator.apply_each\(\) tries again by itself' "$gave_up"
gave_up=$(error_of "SET lock_timeout = '50ms'" 'SET migrator.lock_retries = 0' 'CALL migrator.apply_each()')
like "the session's own lock_timeout holds" '^ERROR:  55P03' "$gave_up"
is 'and is as it was afterwards' '77ms' "$(sql "SET lock_timeout = '77ms'" "SET migrator.lock_timeout = '50ms'" 'SET migrator.lock_retries = 0' \
    'DO $$ BEGIN PERFORM migrator.apply(); EXCEPTION WHEN lock_not_available THEN NULL; END $$' 'SHOW lock_timeout')"
let_go blocker
sql 'CALL migrator.apply_each()'

echo '# a deadlock'
sql 'CREATE TABLE da (i int)' 'CREATE TABLE db (i int)'
# The runner holds db and waits for da, the other the other way around; only the runner looks for the circle.
deadlock() { # deadlock VERSION DIRECTIVES BODY
    sql "SELECT migrator.load('$1', 'locks', E'-- migrator: lock_timeout=100s lock_retries=50 $2\\n$3')" >/dev/null
    run rival BEGIN 'LOCK TABLE da' "SET LOCAL deadlock_timeout = '1h'" "DO \$\$ BEGIN
        WHILE NOT EXISTS (SELECT FROM pg_locks WHERE relation = 'da'::regclass AND NOT granted) LOOP PERFORM pg_sleep(0.01); END LOOP;
        END \$\$" 'LOCK TABLE db' COMMIT
    wait_for 'the other holds da' "SELECT count(*) = 1 FROM pg_locks WHERE relation = 'da'::regclass AND granted"
    run runner "SET deadlock_timeout = '3s'" 'CALL migrator.apply_each()'
    ended rival # which waits for the runner
    ended runner
    like "$1: is tried again" "NOTICE:  00000: migration $1 \(locks\).* try 2 of 51 follows in [0-9]+ ms" "$(printed runner)"
    is "$1: the other went on" '' "$(printed rival)"
    is "$1: and it ran" 'applied|applied' "$(sql "SELECT string_agg(result, ','), (SELECT status FROM migrator.status() WHERE version = '$1')
        FROM migrator.history WHERE version = '$1'")"
}
deadlock 5.1 '' 'LOCK TABLE db; LOCK TABLE da'
deadlock 5.2 'no-transaction' 'DO $$ BEGIN LOCK TABLE db; LOCK TABLE da; END $$;'
is 'of a statement by itself each try is on record' '1 started, 1 started, 1 finished' \
    "$(sql "SELECT string_agg(statement || ' ' || result, ', ' ORDER BY id) FROM migrator.statement_history WHERE version = '5.2'")"

echo '# without a transaction, a statement is tried again'
sql "SELECT migrator.load('6', 'index', E'-- migrator: no-transaction lock_timeout=100ms lock_retries=50\nINSERT INTO ran VALUES (6);\nCREATE INDEX CONCURRENTLY t_again ON t (i)')" >/dev/null
hold blocker 'LOCK TABLE t IN ACCESS SHARE MODE'
run runner 'CALL migrator.apply_each()'
wait_for 'an invalid index is left' "SELECT NOT bool_and(indisvalid) FROM pg_index WHERE indrelid = 't'::regclass"
wait_for 'it was tried again' "SELECT count(*) > 3 FROM migrator.statement_history WHERE version = '6'"
let_go blocker
ended runner
is 'the index is valid, the statement before it ran once' 't|1' \
    "$(sql "SELECT bool_and(indisvalid), (SELECT count(*) FROM ran WHERE what = '6') FROM pg_index WHERE indrelid = 't'::regclass")"
is "the session's lock_timeout is back" 0 "$(sql "$locks")"

# CONCURRENTLY waits for others while nobody waits for it, so that migrator.lock_timeout would only break it. What the
# migration itself says holds.
concurrently() { # concurrently VERSION BODY
    sql "SELECT migrator.load('$1', 'index', E'-- migrator: no-transaction\\n$2')" >/dev/null
    hold blocker 'SELECT FROM t'
    limited=("SET migrator.lock_timeout = '100ms'" 'SET migrator.lock_retries = 0' 'CALL migrator.apply_each()')
}
waiting="SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'runner' AND wait_event_type = 'Lock'
    AND query_start < clock_timestamp() - interval '300 ms'"
concurrently 6.1 "DROP INDEX CONCURRENTLY t_again;\nCREATE INDEX CONCURRENTLY t_again ON t (i);\nINSERT INTO ran SELECT current_setting(\$\$lock_timeout\$\$)"
run runner "${limited[@]}"
wait_for 'DROP INDEX CONCURRENTLY waits for longer than migrator.lock_timeout' "$waiting"
let_go blocker
ended runner
like 'and runs, as does the index after it' 'NOTICE:  00000: applied 6.1 index' "$(printed runner)"
is 'later statements have the limit' 1 "$(sql "SELECT count(*) FROM ran WHERE what = '100ms'")"
concurrently 6.2 "SET lock_timeout = \$\$100ms\$\$;\nDROP INDEX CONCURRENTLY t_again"
like 'the limit that the migration sets holds' '^ERROR:  55P03: canceling statement due to lock timeout' "$(error_of "${limited[@]}")"
let_go blocker
sql 'SET migrator.lock_retries = 0' 'CALL migrator.apply_each()'

echo '# what ends a run gives the lock back'
cut() { # cut WAY: the call that sleeps
    run runner 'CALL migrator.apply_each()'
    wait_for 'it sleeps' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'runner' AND wait_event = 'PgSleep'"
    sql "SELECT $1(pid) FROM pg_stat_activity WHERE application_name = 'runner'" >/dev/null
    ended runner
    is "$1: no lock is left" 0 "$(sql "$locks")"
}
outcome() { # of a migration: its history and its status
    sql "SELECT (SELECT string_agg(concat_ws(' ', result, sqlstate), ', ' ORDER BY id) FROM migrator.history WHERE version = '$1'), status
         FROM migrator.status() WHERE version = '$1'"
}
sql "SELECT migrator.load('7', 'slow', 'SELECT pg_sleep(60)')" >/dev/null
cut pg_cancel_backend
is 'a cancel is recorded' 'failed 57014|failed' "$(outcome 7)"
cut pg_terminate_backend
is 'a termination is not: nobody is there to do it' 'failed 57014|failed' "$(outcome 7)"
sql "SELECT migrator.load('7', 'slow', 'SELECT 7')" \
    "SELECT migrator.load('8', 'slow', E'-- migrator: no-transaction\nSELECT 1; SELECT pg_sleep(60); SELECT 2')" >/dev/null
cut pg_terminate_backend
is 'between statements: partial' '|partial' "$(outcome 8)"
cut pg_cancel_backend
is 'a cancel is recorded' 'failed 57014|partial' "$(outcome 8)"
sql "SELECT migrator.load('8', 'slow', E'-- migrator: no-transaction\nSELECT 1; SELECT pg_sleep(0); SELECT 2')" 'CALL migrator.apply_each()' >/dev/null
is 'the next run goes on behind what ran' '1 finished, 2 finished, 3 finished' \
    "$(sql "SELECT string_agg(statement || ' ' || result, ', ' ORDER BY id) FROM migrator.statement_history WHERE version = '8' AND result = 'finished'")"
is 'psql exits non-zero' 1 "$(psql -X -q -c 'SET migrator.statement_timeout = 1' -c "SELECT migrator.load('9', 'fails', 'SELECT 1/0')" -c 'CALL migrator.apply_each()' >/dev/null 2>&1; echo $?)"
checked
