#!/usr/bin/env bash
# The run lock where it outlives the session: in a prepared transaction. And who is told when somebody else has the
# advisory lock that is only there to be looked at.
set -euo pipefail
. test/cluster/checks.bash

server locked max_prepared_transactions=5
database app
files work

holder=$(block sql objsubid docs/operating.md)
load() { sql "SELECT migrator.load('$1', 'x', 'SELECT 1', 'SELECT 1')" >/dev/null; }

echo '# a run in a prepared transaction'
load 1
sql 'CREATE ROLE reader' 'GRANT USAGE ON SCHEMA migrator TO reader' 'GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO reader'
psql -X -q -c 'BEGIN' -c 'SELECT count(*) FROM migrator.apply()' -c "PREPARE TRANSACTION 'it''s \"here\"'" >/dev/null
error=$(error_of 'SET migrator.lock_wait = 0' 'SET ROLE reader' 'SELECT * FROM migrator.apply()')
like 'is refused' 'ERROR:  55P03: another migration run is in progress' "$error"
like 'is named' "DETAIL:  It is in the prepared transaction 'it''s \"here\"' of user postgres, prepared at 20[0-9: .+-]*, which has not been ended\." "$error"
like 'and how to end it' "HINT:  ROLLBACK PREPARED 'it''s \"here\"' undoes it, COMMIT PREPARED 'it''s \"here\"' makes it permanent\." "$error"
like 'by apply_each() too' "HINT:  ROLLBACK PREPARED 'it''s" "$(error_of 'SET migrator.lock_wait = 0' 'CALL migrator.apply_each()')"
cluster_stop locked; cluster_start locked
like 'after a restart too' "HINT:  ROLLBACK PREPARED 'it''s" "$(error_of 'SET migrator.lock_wait = 0' 'CALL migrator.apply_each()')"
is 'summary() knows since when' '|t' "$(sql 'SELECT running_pid, running_since < clock_timestamp() FROM migrator.summary()')"
is 'no session runs' 0 "$(sql 'SELECT count(*) FROM migrator.running')"
like 'the query of the manual has it' "^prepared transaction 'it''s \"here\"'\|postgres\|" "$(psql -X -q -A -t <<<"$holder")"
way_out=$(sed -n "s/^HINT:  \(.*\) undoes it,.*/\1/p" <<<"$error")
sql "$way_out"
is 'what the hint says helps' '1|applied' "$(sql 'SELECT version, status FROM migrator.apply()')"
load 2
psql -X -q -c 'BEGIN' -c 'SELECT count(*) FROM migrator.apply()' -c "PREPARE TRANSACTION 'two'" >/dev/null
error=$(error_of 'SET migrator.lock_wait = 0' 'SELECT * FROM migrator.apply()')
sql "$(sed -n "s/^HINT:  .*undoes it, \(.*\) makes it permanent.*/\1/p" <<<"$error")"
is 'either of them' '2 applied' "$(sql "SELECT version || ' ' || status FROM migrator.status() WHERE version = '2'")"
is 'nobody holds it then' '' "$(psql -X -q -A -t <<<"$holder")"

echo '# somebody else has the lock of lock_key()'
load 3
key=$(sql 'SELECT migrator.lock_key()')
sql 'CREATE ROLE nobody_here LOGIN'
PGAPPNAME=taker psql -X -q -U nobody_here -c "SELECT pg_advisory_lock($key), pg_sleep(600)" >/dev/null 2>&1 &
taker=$!
wait_for 'it is taken' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'taker' AND wait_event = 'PgSleep'"
said=$(psql -X -q -A -t -c 'SET migrator.lock_wait = 0' -c 'SELECT version, status FROM migrator.apply()' 2>&1)
like 'the run goes on' '3\|applied' "$said"
like 'and says who it is' 'WARNING:  process [0-9]* \(user nobody_here, application taker\) holds the advisory lock of migrator.lock_key\(\), which blocks no run' "$said"
is 'who is no holder for the manual' '' "$(psql -X -q -A -t <<<"$holder")"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'taker'" >/dev/null
wait "$taker" || true

echo '# a run that pauses between two tries holds it, and shows as one'
sql 'CREATE TABLE t (a int)' "SELECT migrator.load('4', 'x', 'ALTER TABLE t ADD b int')" >/dev/null
psql -X -q -c 'BEGIN' -c 'LOCK TABLE t' -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
locker=$!
wait_for 'the table is locked' "SELECT count(*) = 1 FROM pg_locks WHERE relation = 't'::regclass"
PGAPPNAME=runner psql -X -q -c "SET migrator.lock_timeout = '100ms'" -c 'SET migrator.lock_retries = 1000' -c 'CALL migrator.apply_each()' >/dev/null 2>&1 &
runner=$!
wait_for 'it pauses' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'runner' AND wait_event_type = 'Extension'"
for _ in 1 2 3 4 5 6 7 8; do
    error=$(error_of 'SET migrator.lock_wait = 0' 'CALL migrator.apply_each()')
    grep -q "process $(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'runner'")" <<<"$error" || echo "$error" >>"$files/other"
    [[ $(sql "SELECT count(*) FROM migrator.running") == 1 ]] || echo 'not running' >>"$files/other"
    [[ $(psql -X -q -A -t <<<"$holder") == *runner* ]] || echo 'not in the manual' >>"$files/other"
    sleep 0.2
done
is 'whenever one looks' '' "$(cat "$files/other" 2>/dev/null || true)"
sql "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 't'::regclass AND granted AND mode = 'AccessExclusiveLock'" >/dev/null
wait "$locker" "$runner" || true
is 'it has run' '4 applied' "$(sql "SELECT version || ' ' || status FROM migrator.status() WHERE version = '4'")"
checked
