#!/usr/bin/env bash
# What the session that runs migrations is told while they run, and what other sessions see of it.
set -euo pipefail
. test/cluster/checks.bash

server progress migrator.on_hazard=ignore
database app
sql 'CREATE TABLE gate (i int)' 'CREATE TABLE ran (i int)'

hold() { # hold NAME SQL: a session named so, which runs the statement and then sleeps in its transaction
    PGAPPNAME=$1 psql -X -q -c "BEGIN; $2; SELECT pg_sleep(600)" >/dev/null 2>&1 &
    wait_for "$1 holds" "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '$1' AND wait_event = 'PgSleep'"
}
let_go() { # let_go NAME
    sql "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = '$1'" >/dev/null
}
run() { # run NAME SQL..: in the background; what it is told goes to $CLUSTER_HOME/progress/NAME
    local name=$1 arguments=()
    shift
    statements "$@"
    PGOPTIONS='' PGAPPNAME=$name psql -X -q -A -t "${arguments[@]}" >"$CLUSTER_HOME/progress/$name" 2>&1 &
}
told() { sed -E 's/\([0-9.]+ ms\)/(N ms)/; s/^NOTICE:  //' "$CLUSTER_HOME/progress/$1"; }
whole() { # whole SQL: all that a session is told by it
    run whole "$1"
    wait $!
    told whole
}
ended() { wait_for "$1 has ended" "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '$1'"; }
is_told() { # is_told WHAT NAME PATTERN: waits until the session NAME has been told a line, once
    local try
    for ((try = 0; try < 600; ++try)); do
        ! told "$2" | grep -qE "$3" || break
        sleep 0.1
    done
    is "$1" 1 "$(told "$2" | grep -cE "$3" || true)"
}

echo '# each migration begins and ends'
sql "SELECT migrator.load('1', 'a', 'INSERT INTO ran VALUES (1)', 'DELETE FROM ran WHERE i = 1')" \
    "SELECT migrator.load('2', 'b', 'INSERT INTO ran SELECT 2 FROM gate; LOCK TABLE gate', 'SELECT 2')" \
    "SELECT migrator.load('3', 'c', 'CREATE INDEX CONCURRENTLY ran_i ON ran (i)', 'DROP INDEX CONCURRENTLY ran_i')" >/dev/null
hold blocker 'LOCK TABLE gate IN ACCESS SHARE MODE'
run runner 'CALL migrator.apply_each()'
wait_for 'the second waits' "SELECT count(*) = 1 FROM migrator.running WHERE version = '2' AND cardinality(blocked_by) = 1"
is 'its start has been told' $'applying 1 of 3: 1 a\napplied 1 a (N ms)\napplying 2 of 3: 2 b' "$(told runner | grep -vE '^(WARNING|HINT)' | head -n 3)"
is 'in running: the place of the migration, that of the statement' '2|3|2|2|LOCK TABLE gate' \
    "$(sql 'SELECT migration, migrations, statement, statements, sql FROM migrator.running')"
let_go blocker
ended runner
is 'and the rest' $'applied 2 b (N ms)\napplying 3 of 3: 3 c\napplied 3 c (N ms)' "$(told runner | tail -n 3)"
is 'backwards' $'rolling back 1 of 2: 3 c\nrolled back 3 c (N ms)\nrolling back 2 of 2: 2 b\nrolled back 2 b (N ms)' \
    "$(whole 'CALL migrator.rollback_each(2)')"
is 'a dry run says what it has shown' $'trying 1 of 1: 2 b\n2 b would have been applied, and was rolled back (N ms)\n2|skipped' \
    "$(whole "SELECT version, status FROM migrator.apply('2', dry_run => true)")"
is 'backwards too' $'trying 1 of 1: 1 a\n1 a would have been rolled back, and stays applied (N ms)\n1|skipped' \
    "$(whole "SELECT version, status FROM migrator.rollback(dry_run => true)")"
is 'a rehearsal' $'rehearsing 1 of 1: 2 b\nrehearsed 2 b (N ms)\n2' \
    "$(whole "SELECT DISTINCT version FROM migrator.rehearse('2')")"

echo '# hundreds'
sql 'CREATE TABLE big (i int, filler text DEFAULT repeat($$x$$, 1000))' 'ALTER TABLE big ALTER filler SET STORAGE PLAIN' \
    'INSERT INTO big (i) SELECT generate_series(1, 10000)' \
    "SELECT count(migrator.load(i::text, 'many', 'CREATE TABLE many_' || i || ' ()')) FROM generate_series(101, 400) i" \
    "SELECT count(migrator.load('200.' || i, 'small', 'ALTER TABLE many_' || i || ' ADD n int; CREATE INDEX ON many_' || i || ' (n)'))
     FROM generate_series(101, 200) i" \
    "SELECT migrator.load('300.1', 'rows', 'INSERT INTO ran SELECT 3 FROM gate')" \
    "SELECT migrator.load('300.2', 'index', 'CREATE INDEX ON public.big (i)')" \
    "SELECT migrator.load('300.3', 'column', 'ALTER TABLE big ADD n int')" >/dev/null
whole 'CALL migrator.apply_each()' >"$CLUSTER_HOME/progress/many"
is 'each has its line' 405 "$(told many | grep -c '^applied')"
is 'in their order' "$(told many | grep '^applied' | sort -k 2,2V)" "$(told many | grep '^applied')"
is 'those that may take long are told at their start, however fast those before them were' \
    "$(printf 'applied 300 many (N ms)\napplying 303 of 405: 300.1 rows\napplied 300.1 rows (N ms)\napplying 304 of 405: 300.2 index\n'
       printf 'applied 300.2 index (N ms)\napplying 305 of 405: 300.3 column\napplied 300.3 column (N ms)')" \
    "$(told many | grep -v 'applying.*many' | sed -n '/applied 300 /,/applied 300.3 /p')"
is 'not each that alters a small table' 1 "$(($(told many | grep -c 'applying.*small' || true) < 100))"

echo '# waiting for another run'
sql "SELECT migrator.load('500', 'waits', 'LOCK TABLE gate')" >/dev/null
hold blocker 'LOCK TABLE gate IN ACCESS SHARE MODE'
run runner 'CALL migrator.apply_each()'
wait_for 'the first holds the run lock' "SELECT count(*) = 1 FROM migrator.running WHERE version = '500' AND cardinality(blocked_by) = 1"
run second "SET migrator.lock_wait = '10min'" 'CALL migrator.apply_each()'
run third "SET migrator.lock_wait = '10min'" '\set VERBOSITY verbose' 'SELECT FROM migrator.apply()'
holder='DETAIL:  It is run by process [0-9]+, user postgres, client local \(runner\), since 20.*; migration 500, statement 1 of 1: LOCK TABLE gate$'
for waiter in second third; do
    is_told "$waiter: who has it, since when, and what it runs" "$waiter" "$holder"
    is "$waiter: once" 'waiting for another migration run to end' "$(told "$waiter" | grep -o 'waiting for another.*')"
done
wait_for 'apply_each() still waits without a snapshot, but for the moment of telling' "SELECT num_nulls(backend_xmin, backend_xid) = 2 FROM pg_stat_activity WHERE application_name = 'second'"
let_go blocker
ended runner
ended second
ended third
is 'then it is its turn' 'nothing is pending: 407 migrations are applied' "$(told second | tail -n 1)"
run quick 'CALL migrator.apply_each()'
wait $!
is 'who does not wait for long is told nothing of it' 'nothing is pending: 407 migrations are applied' "$(told quick)"

echo '# waiting for a lock'
logged() { grep -cE "process [0-9]+ (still waiting|acquired)" "$CLUSTER_HOME/progress/log" || true; }
waits() { # waits VERSION SETTING: a run that waits for a lock until it has been told
    sql "SELECT migrator.load('$1', 'waits', E'SELECT 1;\nLOCK TABLE gate')" >/dev/null
    hold blocker 'LOCK TABLE gate IN ACCESS SHARE MODE'
    run runner "SET deadlock_timeout = '300ms'" "SET log_lock_waits = $2" 'CALL migrator.apply_each()' 'SHOW log_lock_waits'
    blocker=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'blocker'")
    is_told 'what waits, and who blocks it' runner \
        "^migration $1 \(waits\), up line 2, statement 2 of 2 waits for a lock \(AccessExclusiveLock\), blocked by process $blocker\$"
}
waits 501 off
like 'the HINT' 'HINT:  In another session, SELECT blockers FROM migrator.running says who that is' "$(told runner)"
like 'it does' "process $blocker \(user postgres, application blocker, transaction open for .*\): BEGIN; LOCK TABLE gate" \
    "$(sql 'SELECT blockers FROM migrator.running')"
sleep 0.5 # in which the timer wakes the wait many times
let_go blocker
ended runner
is 'once' 1 "$(told runner | grep -c 'waits for a lock')"
is 'the setting is as it was, and nothing of it in the log' 'off|0' "$(told runner | tail -n 1)|$(logged)"
waits 502 on
sleep 0.5
let_go blocker
ended runner
is 'where waits are logged, the log has the wait once, and its end' 'on|2' "$(told runner | tail -n 1)|$(logged)"
sql 'CREATE TABLE rows AS SELECT 1 AS i' "SELECT migrator.load('503', 'row', 'UPDATE rows SET i = 2')" >/dev/null
hold blocker 'UPDATE rows SET i = 3'
run runner "SET deadlock_timeout = '300ms'" 'SELECT FROM migrator.apply()'
is_told 'a row that another transaction has changed' runner \
    '^migration 503 \(row\), up line 1, statement 1 of 1 waits for the end of another transaction, blocked by process [0-9]+$'
let_go blocker
ended runner
run runner "SET deadlock_timeout = '100ms'" BEGIN 'LOCK TABLE gate' 'SELECT pg_sleep(0.3)' COMMIT
wait $!
is 'what is no run is told nothing' '' "$(told runner)"
checked
