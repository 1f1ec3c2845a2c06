#!/usr/bin/env bash
# Every block of docs/operating.md is run where the page says what it is for, and does it.
set -euo pipefail
. test/cluster/checks.bash

page=docs/operating.md
server operated max_prepared_transactions=5 autovacuum=off migrator.on_hazard=ignore archive_mode=on \
    archive_command="cp %p $CLUSTER_HOME/operated/%f.archived"
database app
files work

# run KIND WORDS: the block of the page that has these words, as its reader would. Columns of rows are joined by |.
run() {
    local block
    block=$(block "$1" "$2" "$page")
    case $1 in
    sql) psql -X -q -A -t -v ON_ERROR_STOP=1 <<<"$block" ;;
    sh) (cd "$files" && sh -c "$block") ;;
    esac 2>&1
}
in_background() { # in_background NAME SQL..
    local name=$1 arguments=()
    shift
    statements "$@"
    PGAPPNAME=$name psql -X -q "${arguments[@]}" >"$files/$name" 2>&1 &
}
hold() { # hold NAME SQL: a session that has run this and stays in its transaction
    in_background "$1" "BEGIN; $2; SELECT pg_sleep(600)"
    wait_for "$1 holds" "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '$1' AND wait_event = 'PgSleep'"
}
gone() { wait_for "$1 is gone" "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '$1'"; }
pid() { sql "SELECT pid FROM pg_stat_activity WHERE application_name = '$1'"; }
load() { sql "SELECT migrator.load('$1', '$2', \$up\$$3\$up\$, \$down\$$4\$down\$)" >/dev/null; }
statuses() { sql "SELECT string_agg(version || ' ' || status, ', ' ORDER BY version) FROM migrator.status()"; }

sql 'CREATE TABLE users (id int, email text)' "INSERT INTO users VALUES (1, 'a'), (2, 'a')"

echo '# a deployment failed'
load 1 plan 'ALTER TABLE users ADD plan text' 'ALTER TABLE users DROP plan'
load 2 broken 'SELECT 1; SELECT 1 / 0' 'SELECT 1'
error_of 'CALL migrator.apply_each()' >/dev/null
like 'what is wrong' '^main\|2\|broken\|failed\|.*division by zero' "$(run sql 's.detail')"
like 'what it said' 'version\|2.*sqlstate\|22012.*error\|division by zero.*statement\|2.*run_by\|postgres' "$(run sql 'sqlstate, error, source')"
load 2 broken 'SELECT 1; SELECT 1' 'SELECT 1'
is 'run again' '' "$(run sql 'CALL migrator.apply_each();')"
is 'it is well' '1 applied, 2 applied' "$(statuses)"
is 'and nothing is shown any more' '' "$(run sql 's.detail')"

echo '# half done'
load 3 unique 'CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)' 'DROP INDEX CONCURRENTLY IF EXISTS users_email'
error_of 'CALL migrator.apply_each()' >/dev/null
like 'what it did' '^3\|1\|1\|failed\|.*\|CREATE INDEX CONCURRENTLY\|could not create unique index' "$(run sql migrator.statement_history)"
is 'what is left' '3|1|1|CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)' "$(run sql 'migrator.plan();')"
is 'the invalid index' 'users_email|users' "$(run sql 'NOT indisvalid')"
is 'back' '' "$(run sql 'CALL migrator.rollback_each(1);')"
is 'nothing of it is left' '1 applied, 2 applied, 3 pending|' "$(statuses)|$(run sql 'NOT indisvalid')"
error_of 'CALL migrator.apply_each()' >/dev/null
sql 'UPDATE users SET email = id'
run sql 'CALL migrator.apply_each();'
is 'forward' '1 applied, 2 applied, 3 applied|' "$(statuses)|$(run sql 'NOT indisvalid')"

echo '# it hangs'
load 4 alter 'ALTER TABLE users ADD note text' 'ALTER TABLE users DROP note'
hold reader 'SELECT count(*) FROM users'
in_background runner 'CALL migrator.apply_each()'
wait_for 'it is held up' "SELECT count(*) = 1 FROM migrator.running WHERE cardinality(blocked_by) = 1"
in_background queued 'SELECT count(*) FROM users'
wait_for 'somebody queues up' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'queued' AND wait_event_type = 'Lock'"
shown=$(run sql 'blocked_by, blockers, phase')
like 'who is in the way' "version\|4.*wait_event_type\|Lock.*blocked_by\|\{$(pid reader)\}.*application reader, transaction open" "$shown"
like 'who waits' "^$(pid queued)\|postgres\|queued\|.*\|SELECT count" "$(run sql 'r.pid = ANY')"
is 'whoever is in the way is ended' "$(pid reader)|t" "$(run sql 'pg_terminate_backend(blocker)')"
gone runner
is 'it goes on' '1 applied, 2 applied, 3 applied, 4 applied' "$(statuses)"
gone queued
load 5 slow 'SELECT pg_sleep(600)' 'SELECT 1'
in_background runner 'CALL migrator.apply_each()'
wait_for 'it sleeps' "SELECT count(*) = 1 FROM migrator.running WHERE wait_event = 'PgSleep'"
is 'the migration is ended' "$(pid runner)|t" "$(run sql 'pg_cancel_backend(pid)')"
gone runner
is 'and has failed' '5 failed' "$(statuses | sed 's/.*, //')"
load 5 slow 'SELECT 1' 'SELECT 1'
run sql 'CALL migrator.apply_each();'

echo '# a lock cannot be had'
psql -X -q -o /dev/null <<<"BEGIN; SELECT FROM users; PREPARE TRANSACTION 'forgotten'"
like 'a prepared transaction' '^forgotten\|postgres\|' "$(run sql 'gid, owner, prepared')"
load 6 other 'ALTER TABLE users ADD other text' 'ALTER TABLE users DROP other'
in_background runner 'CALL migrator.apply_each()'
wait_for 'it waits' "SELECT count(*) = 1 FROM migrator.running WHERE wait_event_type = 'Lock'"
like 'is in the way, without a process' $'wait_event_type\\|Lock.*blocked_by\\|(\\{0?\\})?\n' "$(run sql 'blocked_by, blockers, phase')"
sql "ROLLBACK PREPARED 'forgotten'"
gone runner
hold reader 'SELECT count(*) FROM users'
is 'nobody is long in a transaction' '' "$(run sql "interval '1 minute'")"
sleep 1.1
block=$(block sql "interval '1 minute'" "$page")
like 'the reader is' "^$(pid reader)\|postgres\|reader\|active\|" "$(sql "${block/1 minute/1 second}")"
sql "SELECT pg_terminate_backend($(pid reader))" >/dev/null
run sql 'migrator.max_lock_hold = %L'
is 'the limits hold in new sessions' '2s|10|5s' "$(sql "SELECT current_setting('migrator.lock_timeout'),
    current_setting('migrator.lock_retries'), current_setting('migrator.max_lock_hold')")"

echo '# another run is in progress'
load 7 more 'CREATE TABLE more ()' 'DROP TABLE more'
mkfifo "$files/session"
PGAPPNAME=forgetful psql -X -q -o /dev/null <"$files/session" 2>/dev/null &
exec {session}>"$files/session"
echo 'BEGIN; SELECT FROM migrator.apply();' >&"$session"
wait_for 'it is idle' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'forgetful' AND state = 'idle in transaction'"
like 'is refused' 'ERROR:  55P03: another migration run is in progress' "$(error_of 'SET migrator.lock_wait = 0' 'CALL migrator.apply_each()')"
like 'who holds it' "^$(pid forgetful)\|postgres\|forgetful\|\|idle in transaction\|[^|]*\|SELECT FROM migrator.apply\(\);\$" "$(run sql 6D696772)"
is 'in one row' 1 "$(run sql 6D696772 | wc -l)"
sql "SELECT pg_terminate_backend($(pid forgetful))" >/dev/null
gone forgetful
exec {session}>&-
is 'ending it takes it back' '7 pending' "$(statuses | sed 's/.*, //')"

echo '# who did it, what is due'
like 'the history' $'^20[^|]*\\|main\\|6\\|other\\|apply\\|applied\\|postgres\\|postgres\\|\\|runner\n' "$(run sql 'session_role, client_address')"
is 'who loaded what is to run' '7|more|pending|postgres' "$(run sql loaded_by)"
is 'monitoring' '0|0' "$(run sql runs_for_long)"

echo '# going back'
is 'tried' '6|other|skipped' "$(run sql 'dry_run => true' | grep '^6' | cut -d'|' -f1-3)"
is 'is not done' '6 applied, 7 pending' "$(statuses | sed 's/.*\(6 .*\)/\1/')"
run sql 'CALL migrator.rollback_each(1);'
is 'is done' '6 pending, 7 pending' "$(statuses | sed 's/.*\(6 .*\)/\1/')"

echo '# recovered to a point in time'
cluster_place recovered
clusters+=(recovered)
cluster_run "$CLUSTER_BIN/pg_basebackup" -D "$CLUSTER_HOME/recovered/data" -X none -c fast --no-sync -h "$PGHOST" -U postgres
load 6 half 'CREATE INDEX CONCURRENTLY users_id ON users (id); CREATE UNIQUE INDEX CONCURRENTLY users_plan ON users ((1))' 'SELECT 1'
error_of 'CALL migrator.apply_each()' >/dev/null
before=$(statuses)
like 'the restore point' '^[0-9A-F]+/[0-9A-F]+$' "$(run sql pg_create_restore_point)"
sql 'UPDATE users SET email = NULL' 'DELETE FROM users WHERE id = 2'
run sql 'CALL migrator.apply_each();'
load 8 later 'CREATE TABLE later ()' 'DROP TABLE later'
run sql 'CALL migrator.apply_each();'
is 'the deployment went wrong somehow' 'applied|applied|applied' "$(sql "SELECT string_agg(status, '|') FROM migrator.status() WHERE version >= '6'")"
sql 'SELECT pg_switch_wal()' >/dev/null
wait_for 'the archive has it all' "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) FROM pg_stat_archiver"
cluster_set recovered unix_socket_directories="$CLUSTER_TEMP/recovered" archive_mode=off \
    restore_command="cp $CLUSTER_HOME/operated/%f.archived %p" \
    "$(grep -o "recovery_target_name = '[^']*'" "$page" | sed "s/ = '\(.*\)'/=\1/")" \
    "$(grep -o "recovery_target_action = '[^']*'" "$page" | sed "s/ = '\(.*\)'/=\1/")"
cluster_run touch "$CLUSTER_HOME/recovered/data/recovery.signal"
cluster_start recovered
cluster_use recovered
export PGDATABASE=app
wait_for 'it is promoted' 'SELECT NOT pg_is_in_recovery()'
is 'has the history of that moment' "$before" "$(statuses)"
like 'half done is partial' '6 partial' "$before"
sql 'DELETE FROM users WHERE id = 2'
run sql 'CALL migrator.apply_each();'
is 'goes on' '6 applied, 7 applied' "$(statuses | sed 's/.*\(6 .*\)/\1/')"
is 'each index is there once and valid' 'users_email|t,users_id|t,users_plan|t' \
    "$(sql "SELECT string_agg(indexrelid::regclass || '|' || indisvalid, ',' ORDER BY indexrelid::regclass::text)
            FROM pg_index WHERE indrelid = 'users'::regclass" | sed 's/true/t/g')"

echo '# upgrading'
newest=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" migrator.control)
createdb old
createdb none
PGDATABASE=old sql "CREATE EXTENSION migrator VERSION '1.0'"
PGDATABASE=old is 'one is behind' "$newest|1.0" "$(PGDATABASE=old run sql pg_available_extensions)"
run sh 'ALTER EXTENSION migrator UPDATE' >/dev/null
is 'none is' "$newest|$newest" "$(PGDATABASE=old run sql pg_available_extensions)"
is 'who does not have it does not get it' "$newest|" "$(PGDATABASE=none run sql pg_available_extensions)"

echo '# removing'
entries=$(sql 'SELECT count(*) FROM migrator.history')
run sh history.csv >/dev/null
is 'the history is in the file' "$entries" "$(python3 -c 'import csv, sys; print(len(list(csv.DictReader(sys.stdin))))' <"$files/history.csv")"
run sql 'DROP EXTENSION migrator;'
is 'nothing of it is left, what it made is' '|users' "$(sql "SELECT to_regnamespace('migrator'), to_regclass('users')")"

is 'every block of the page was run' '' "$(untested "$page")"
checked
