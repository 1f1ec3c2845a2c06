#!/usr/bin/env bash
# What a rehearsal leaves out has not happened: to slots with a consumer, to other sessions, to the WAL, to files, to
# another server. apply() does it.
set -euo pipefail
. test/cluster/checks.bash

server irreversible wal_level=logical migrator.on_hazard=ignore shared_preload_libraries=pg_stat_statements
files out
chmod a+rwx "$files"
database app
sql 'CREATE TABLE t (i int)' 'CREATE SEQUENCE s' 'CREATE EXTENSION dblink' 'CREATE EXTENSION pg_stat_statements' \
    'CREATE EXTENSION file_fdw' 'CREATE EXTENSION postgres_fdw' 'CREATE TABLE remote (i int)' \
    'CREATE SERVER programs FOREIGN DATA WRAPPER file_fdw' \
    "CREATE FOREIGN TABLE program (line text) SERVER programs OPTIONS (program 'echo x')" \
    "CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$CLUSTER_TEMP/irreversible', port '5432', dbname 'app')" \
    'CREATE USER MAPPING FOR postgres SERVER other' \
    "CREATE FOREIGN TABLE far (i int) SERVER other OPTIONS (table_name 'remote')" \
    "SELECT pg_create_logical_replication_slot('prod', 'test_decoding')" >/dev/null

PGAPPNAME=victim psql -X -q -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
wait_for 'the victim' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event = 'PgSleep'"

statements_of() { # statements_of ID TEXT: a migration of its own
    sql "SELECT migrator.load('$1', 'x', \$body\$$2\$body\$)" >/dev/null
}
statements_of 1 "SELECT * FROM pg_logical_slot_get_changes('prod', NULL, NULL)"
statements_of 2 "SELECT pg_create_logical_replication_slot('made', 'test_decoding')"
statements_of 3 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'"
statements_of 4 'SELECT pg_switch_wal()'
statements_of 5 "COPY (SELECT 1) TO PROGRAM 'cat > $files/copy'"
sql "SELECT lo_from_bytea(4711, 'x')" >/dev/null
write_file="SELECT lo_export(4711, '$files/written')"
if [[ $(sql "SELECT count(*) FROM pg_available_extensions WHERE name = 'adminpack'") == 1 ]]; then # before 17
    sql 'CREATE EXTENSION adminpack'
    write_file="SELECT pg_file_write('$files/written', 'x', false)"
fi
statements_of 6 "$write_file"
statements_of 7 "SELECT dblink_exec('host=$CLUSTER_TEMP/irreversible dbname=app user=postgres', 'INSERT INTO t VALUES (1)')"
statements_of 8 "SELECT pg_drop_replication_slot('prod')"
statements_of 9 'SELECT * FROM program'
statements_of 10 "SELECT pg_stat_statements_reset()"
statements_of 11 'INSERT INTO far VALUES (7)'
statements_of 12 "INSERT INTO t SELECT nextval('s')"
# What the server calls by itself, and in another process.
sql "CREATE FUNCTION connects() RETURNS trigger LANGUAGE c AS '\$libdir/dblink', 'dblink_disconnect'" \
    'CREATE TABLE with_trigger (i int)' 'CREATE TRIGGER t AFTER INSERT ON with_trigger EXECUTE FUNCTION connects()' \
    "CREATE FUNCTION in_worker(int) RETURNS int PARALLEL SAFE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_switch_wal(); RETURN 1; END'" \
    'CREATE TABLE large WITH (parallel_workers = 2) AS SELECT generate_series(1, 10000) AS i' >/dev/null
statements_of 13 'INSERT INTO with_trigger VALUES (1)'
statements_of 14 'SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; CREATE TABLE of_workers AS SELECT in_worker(i) FROM large'
statements_of 15 'CREATE INDEX ON large (in_worker(i))'
sql 'ALTER FUNCTION in_worker IMMUTABLE' >/dev/null
sql "INSERT INTO t SELECT generate_series(1, 3)" 'DELETE FROM t'

state() {
    sql "SELECT slot_name, confirmed_flush_lsn FROM pg_replication_slots ORDER BY 1" \
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim'" 'SELECT pg_walfile_name(pg_current_wal_lsn())' \
        'SELECT count(*) FROM t' 'SELECT count(*) FROM remote' "SELECT count(*) FROM pg_logical_slot_peek_changes('prod', NULL, NULL) WHERE data ~ 'INSERT'"
    ls "$files"
}
before=$(state)
is 'what lasts is left out, with a note' '12|3|1|1|0' \
    "$(sql "SELECT count(*) FILTER (WHERE note ~ '^not rehearsed: .*, which no rollback undoes'), count(*) FILTER (WHERE note IS NULL), count(*) FILTER (WHERE note ~ '^advances sequence public.s,'), count(*) FILTER (WHERE note ~ '^foreign table public.program runs a program'), count(error) FROM migrator.rehearse()")"
is 'nothing has happened' "$before" "$(state)"
is 'nor in a dry run' 12 "$(PGOPTIONS='-c client_min_messages=warning' psql -X -q -c 'SELECT migrator.apply(dry_run => true)' 2>&1 | grep -c 'WARNING:  not rehearsed: ')"
like 'which names the sequence' 'NOTICE:  the rehearsal is rolled back, but public.s stays advanced' \
    "$(PGOPTIONS= psql -X -q -c 'SELECT migrator.apply(dry_run => true)' 2>&1)"
is 'nothing has happened then' "$before" "$(state)"
sql 'SELECT count(*) FROM migrator.conflicts()' 'SELECT length(migrator.report()) > 0' >/dev/null 2>&1
is 'nor by conflicts() and report()' "$before" "$(state)"


# Sequences whose lock the transaction has already: it has used them, made them, or rehearsed before.
sql 'CREATE SEQUENCE cached CACHE 5' 'CREATE SEQUENCE unused' \
    "SELECT migrator.load('1', 'x', 'SELECT nextval(''s''), nextval(''cached''), nextval(''made'')', module => 'used')" >/dev/null
told() { # told SQL: the last NOTICE of a sequence, beside others that use them
    PGOPTIONS= psql -X -q -c "BEGIN; CREATE SEQUENCE made; $1" 2>&1 | sed -n 's/.*rolled back, but \(.*\) stay.*/\1/p' | tail -1
}
is 'used before' 'public.cached, public.made, public.s' \
    "$(told "SELECT nextval('s'), nextval('cached'), nextval('unused'); SELECT migrator.rehearse(module => 'used')")"
is 'rehearsed before' 'public.cached, public.made, public.s' \
    "$(told "SELECT migrator.rehearse(module => 'used'); SELECT migrator.apply(module => 'used', dry_run => true)")"
is 'used before, and not again' '' \
    "$(told "SELECT nextval('s'), nextval('cached'), nextval('unused'); SELECT migrator.rehearse('0', module => 'used')")"
sql "SELECT count(migrator.unload(version)) FROM unnest(ARRAY['13', '14', '15']) AS version" \
    "SELECT migrator.unload('1', 'used')" >/dev/null
# A slot is made before its transaction writes anything.
sql 'CALL migrator.apply_each()'
is 'a run has dropped the slot and made the other' made "$(sql 'SELECT slot_name FROM pg_replication_slots')"
wait_for 'the victim is gone' "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'victim'"
is 'and written the files' 'copy written' "$(ls "$files" | tr '\n' ' ' | sed 's/ $//')"
is 'and the rows' '2|1' "$(sql 'SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM remote)')"

checked
