#!/usr/bin/env bash
# Bodies and history go through pg_dump: the restored database goes on where the dumped one stood.
set -euo pipefail
. test/cluster/checks.bash

server dumps
database source
files out
[[ -z $CLUSTER_USER ]] || chown "$CLUSTER_USER" "$files"
sql 'CREATE ROLE deployer' 'CREATE TABLE log (what text)' 'CREATE TABLE gate (seconds int)' \
    'GRANT USAGE ON SCHEMA migrator TO deployer' 'GRANT EXECUTE ON FUNCTION migrator.apply TO deployer' \
    'GRANT SELECT ON migrator.history TO deployer' \
    "CREATE FUNCTION put(version text, up text, down text DEFAULT NULL, module text DEFAULT 'main') RETURNS text
     BEGIN ATOMIC SELECT migrator.load(version, 'name of ' || version, up, down, module => module); END"
sql "SELECT put('1', 'CREATE TABLE was_there_before ()')" "SELECT FROM migrator.baseline('1')" \
    "SELECT put('2', 'INSERT INTO log VALUES (''up 2'')', 'INSERT INTO log VALUES (''down 2'')')" \
    "SELECT put('3', E'-- \\\\t \\t\\r\\nINSERT INTO log VALUES (\$\$it''s\n\\\\.\nà😀\$\$)',
                'DELETE FROM log WHERE what ~ ''it''')" \
    "SELECT put('4', 'INSERT INTO log VALUES (''up 4'')')" \
    "SELECT put('5', 'INSERT INTO log VALUES (''up 5'')', '')" \
    "SELECT put('6', 'INSERT INTO log VALUES (''up 6'')', 'INSERT INTO log VALUES (''down 6'')')" \
    'SELECT FROM migrator.apply()' 'SELECT FROM migrator.rollback()' \
    "SELECT put('4', 'INSERT INTO log VALUES (''up 4 edited'')')" "SELECT migrator.accept('4', 'a \"reviewed\" edit')" \
    "SELECT put('5', 'INSERT INTO log VALUES (''up 5 edited'')')" \
    "SELECT put('7', 'INSERT INTO log VALUES (''up 7''); SELECT pg_sleep(seconds) FROM gate')" \
    "SELECT put('10', 'INSERT INTO log VALUES (''up 10'')', 'DELETE FROM log WHERE what = ''up 10''')" \
    "SELECT put('1', 'SELECT 1', NULL, 'it''s another')" "SELECT FROM migrator.apply(module => 'it''s another')" \
    "SELECT put('2', 'SELECT 2', NULL, 'it''s another')" >/dev/null
is 'what is dumped' $'1|baseline\n2|applied\n3|applied\n4|applied\n5|modified\n6|pending\n7|pending\n10|pending' \
    "$(sql 'SELECT version, status FROM migrator.status()')"

everything() { # what must be the same
    sql "SELECT * FROM migrator.status()" "SELECT * FROM migrator.status('it''s another')" \
        "SELECT * FROM migrator.summary()" 'SELECT * FROM migrator.history ORDER BY id' \
        'SELECT * FROM migrator.migration ORDER BY module, version' \
        'SELECT * FROM migrator.history_entry ORDER BY id' 'SELECT what FROM log ORDER BY what' \
        "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'migrator.history_entry'::regclass" \
        "SELECT oid::regprocedure, proacl FROM pg_proc WHERE pronamespace = 'migrator'::regnamespace
         ORDER BY oid::regprocedure::text" \
        "SELECT oid::regclass, relacl FROM pg_class WHERE relnamespace = 'migrator'::regnamespace ORDER BY relname"
}
before=$(everything)

goes_on() { # goes_on WHAT: in the restored database
    is "$1: everything is the same" "$before" "$(everything)"
    like "$1: an edit is still found" '^ERROR:  MG001: ' "$(error_of 'SELECT FROM migrator.apply()')"
    sql "SELECT put('5', 'INSERT INTO log VALUES (''up 5'')', '')" >/dev/null
    is "$1: the next run applies what is pending" $'6|applied\n7|applied\n10|applied' \
        "$(sql 'SELECT version, status FROM migrator.apply()')"
    is "$1: each once" 'down 6|up 10|up 2|up 4|up 5|up 6|up 6|up 7' \
        "$(sql "SELECT string_agg(what, '|' ORDER BY what COLLATE \"C\") FROM log WHERE what !~ 'it'")"
    is "$1: the ids of the history go on" "$(seq 1 12)" "$(sql 'SELECT id FROM migrator.history ORDER BY id')"
    for change in "UPDATE migrator.history_entry SET run_by = ''" 'DELETE FROM migrator.history_entry' \
        'TRUNCATE migrator.history_entry'; do
        like "$1: ${change%% *} of the history is refused" '^ERROR:  0A000: ' "$(error_of "$change")"
    done
    like "$1: also in the role of a replica" '^ERROR:  0A000: ' \
        "$(error_of 'SET session_replication_role = replica' 'DELETE FROM migrator.history_entry')"
    is "$1: rollback() works" '10|rolled_back' "$(sql 'SELECT version, status FROM migrator.rollback()')"
}

restored() { # restored NAME COMMAND..: run it on a new database
    createdb "$1" --template=template0
    "${@:2}" -d "$1" >/dev/null
    export PGDATABASE=$1
}

pg_dump -Fc -f "$files/custom" source
pg_dump -Fd -j 2 -f "$files/directory" source
pg_dump -f "$files/plain.sql" source
pg_dump --column-inserts -f "$files/inserts.sql" source

echo '# the formats of pg_dump'
restored custom pg_restore -e "$files/custom"
goes_on 'custom'
pg_restore -e --clean --if-exists -d custom "$files/custom"
is 'custom: --clean puts everything back' "$before" "$(everything)"
restored plain psql -X -q -v ON_ERROR_STOP=1 -f "$files/plain.sql"
goes_on 'plain'
restored parallel pg_restore -e -j 2 "$files/directory"
goes_on 'directory, by two jobs'
restored inserts psql -X -q -1 -v ON_ERROR_STOP=1 -f "$files/inserts.sql"
goes_on 'INSERTs, in one transaction'

echo '# a dump that is taken while a run is under way'
export PGDATABASE=source
sql "SELECT put('5', 'INSERT INTO log VALUES (''up 5'')', '')" 'INSERT INTO gate VALUES (60)' >/dev/null
before=$(everything)
sql 'SELECT FROM migrator.apply()' 2>/dev/null &
wait_for 'migration 7 runs' "SELECT count(*) = 1 FROM pg_stat_activity JOIN migrator.summary() ON pid = running_pid
                             WHERE wait_event = 'PgSleep'"
pg_dump -Fc -f "$files/running" source
restored running pg_restore -e "$files/running"
is 'nobody runs in the restored database' "$before" "$(everything)"
is 'its own runs do not wait' '6' "$(sql "SET migrator.lock_wait = 0" 'TRUNCATE gate' \
    "SELECT version FROM migrator.apply('6')")"
is 'those of the dumped one do' 't' "$(PGDATABASE=source sql 'SELECT running_pid IS NOT NULL FROM migrator.summary()')"
PGDATABASE=source sql 'SELECT pg_cancel_backend(running_pid) FROM migrator.summary()' >/dev/null
wait
is 'the next run does the rest' $'7|applied\n10|applied' "$(sql 'SELECT version, status FROM migrator.apply()')"
checked
