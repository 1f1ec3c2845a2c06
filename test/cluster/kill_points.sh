#!/usr/bin/env bash
# kill -9 of the backend at every statement boundary of a mixed set of migrations: before the statement's start is
# recorded, in the middle of it, and when its end is not recorded yet. One more call then finishes everything.
set -euo pipefail
. test/cluster/checks.bash

server points max_connections=30
createdb template
PGDATABASE=template sql 'CREATE EXTENSION migrator' 'CREATE TABLE ran (what text)' 'CREATE TABLE t (i int)' \
    'INSERT INTO t SELECT generate_series(1, 100)' 'CREATE INDEX old ON t (i)' \
    'CREATE TABLE p (i int) PARTITION BY RANGE (i)' 'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)' \
    "SELECT migrator.load('1', 'rows', 'INSERT INTO ran VALUES (''1''); CREATE TABLE one (); INSERT INTO ran VALUES (''1 too'')')" \
    "SELECT migrator.load('2', 'mixed', E'-- migrator: no-transaction
        INSERT INTO ran VALUES (''2.1'');
        CREATE INDEX CONCURRENTLY t_i ON t (i);
        CREATE INDEX CONCURRENTLY ON t (i);
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_u ON t (i);
        REINDEX TABLE CONCURRENTLY t;
        DROP INDEX CONCURRENTLY old;
        ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;
        CREATE DATABASE points_made;
        DROP DATABASE points_made;
        VACUUM t;
        INSERT INTO ran VALUES (''2.11'');
        DO \$\$ BEGIN COMMIT; END \$\$;
        CREATE TABLE two ()')" \
    "SELECT migrator.load('3', 'build', 'CREATE INDEX CONCURRENTLY t_3 ON t (i)')" \
    "SELECT migrator.load('4', 'rows', 'INSERT INTO ran VALUES (''4'')')" \
    "SELECT migrator.load('5', 'blocks', E'INSERT INTO ran VALUES (''5.1'');
        BEGIN; INSERT INTO ran VALUES (''5.2''); INSERT INTO ran VALUES (''5.3''); COPY ran FROM stdin;
5.4
\\\\.
        COMMIT; INSERT INTO ran VALUES (''5.5'');
        BEGIN; INSERT INTO ran VALUES (''5.6''); INSERT INTO ran VALUES (''5.7''); COMMIT')" >/dev/null

fresh() {
    PGDATABASE=postgres sql 'DROP DATABASE IF EXISTS app WITH (FORCE)' 'DROP DATABASE IF EXISTS points_made' \
        'CREATE DATABASE app TEMPLATE template STRATEGY file_copy'
    export PGDATABASE=app
}
# The session under test stops where gdb-like precision is needed: another one holds what the boundary needs.
hold() { # hold NAME SQL
    PGAPPNAME=$1 psql -X -q -c "BEGIN; $2; SELECT pg_sleep(600)" >/dev/null 2>&1 &
    wait_for "$1 holds" "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '$1' AND wait_event = 'PgSleep'"
}
start() {
    (PGAPPNAME=victim exec psql -X -q -c 'CALL migrator.apply_each()' >/dev/null 2>&1) &
    client=$!
}
kill_victim() { # the server then restarts by itself
    local pid
    pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'")
    [[ -z $pid ]] || kill -9 "$pid" || true
    wait "$client" 2>/dev/null || true
    wait_for 'the server is back' "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name IN ('victim', 'holder')"
}
state() {
    sql "SELECT (SELECT string_agg(what, ',' ORDER BY what) FROM ran),
                (SELECT string_agg(indexrelid::regclass || CASE WHEN indisvalid THEN '' ELSE ' invalid' END, ',' ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = 't'::regclass),
                (SELECT count(*) FROM pg_inherits), to_regclass('one'), to_regclass('two'),
                (SELECT count(*) FROM pg_database WHERE datname = 'points_made'),
                (SELECT string_agg(version || ' ' || status, ',') FROM migrator.status()),
                (SELECT string_agg(version || ' ' || result, ',' ORDER BY id) FROM migrator.history),
                (SELECT count(*) = 21 AND count(DISTINCT (version, statement)) = 21 FROM migrator.statement_history WHERE result = 'finished'),
                (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"
}

fresh
sql 'CALL migrator.apply_each()' 2>/dev/null
expected=$(state)
is 'undisturbed' '1,1 too,2.1,2.11,4,5.1,5.2,5.3,5.4,5.5,5.6,5.7|t_3,t_i,t_i_idx,t_u|0|one|two|0|1 applied,2 applied,3 applied,4 applied,5 applied|1 applied,2 applied,3 applied,4 applied,5 applied|t|0' "$expected"

finish() { # finish WHERE
    local said
    said=$({ sql 'CALL migrator.apply_each()'; } 2>&1 | grep ERROR || true)
    is "$1" "$expected$said" "$(state)"
}
# What is there of a block is all of it, and on record.
blocks_are_whole() { # blocks_are_whole WHERE
    local block
    for block in '5.2 5.3 5.4' '5.6 5.7'; do
        like "whole or nothing of $block: killed before $1" "^(0|$(wc -w <<<"$block"))\\|t\$" "$(sql "
            SELECT count(*), count(*) = (SELECT count(*) FROM migrator.statement_history WHERE version = '5' AND result = 'finished'
                AND '5.' || statement = ANY (string_to_array('$block', ' '))) FROM ran WHERE what = ANY (string_to_array('$block', ' '))")"
    done
}
# Kills it when a row that fits is about to be written, and nothing of that transaction is committed.
stop_at() { # stop_at WHAT TABLE CONDITION
    fresh
    sql "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN IF $3 THEN PERFORM pg_sleep(600); END IF; RETURN NEW; END \$\$" \
        "CREATE TRIGGER stop BEFORE INSERT ON $2 FOR EACH ROW EXECUTE FUNCTION stop()"
    start
    wait_for "$1" "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event = 'PgSleep'"
    kill_victim
    sql 'DROP FUNCTION stop CASCADE' 2>/dev/null
    blocks_are_whole "$1"
    finish "killed before $1 is recorded"
}
for place in 2:{1..13} 3:1 5:{1..7}; do
    for result in started finished; do
        stop_at "that statement $place has $result" migrator.statement_entry \
            "(NEW.version::text || ':' || NEW.statement, NEW.result) = ('$place', '$result')"
    done
done
for version in 1 2 3 4 5; do
    stop_at "that migration $version is applied" migrator.history_entry "NEW.version::text = '$version'"
done
for row in 1 '1 too' 2.1 2.11 4 5.{1..7}; do
    stop_at "row $row" ran "NEW.what = '$row'"
done

echo '# in the middle'
middle() { # middle VERSION:NUMBER HOLD: while the statement waits for a holder that came just before it
    fresh
    sql "CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
             IF (NEW.version::text || ':' || NEW.statement, NEW.result) = ('$1', 'started') THEN PERFORM pg_advisory_xact_lock(1); END IF;
             RETURN NEW; END \$\$" \
        'CREATE TRIGGER gate BEFORE INSERT ON migrator.statement_entry FOR EACH ROW EXECUTE FUNCTION gate()'
    # Idle, without a snapshot that would hold up what comes before.
    exec {gate}> >(PGAPPNAME=gate exec psql -X -q >/dev/null 2>&1)
    echo 'SELECT pg_advisory_lock(1);' >&"$gate"
    wait_for 'the gate is closed' "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 1"
    start
    wait_for "$1 is at the gate" "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event = 'advisory'"
    hold holder "$2"
    echo 'SELECT pg_advisory_unlock(1);' >&"$gate" # closing it would not do: the others have inherited it
    exec {gate}>&-
    wait_for "$1 waits" "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Lock'
                         AND wait_event <> 'advisory' AND query LIKE '/* migrator ${1%:*} statement ${1#*:} of %'"
    kill_victim
    sql 'DROP FUNCTION gate CASCADE' 2>/dev/null
    finish "killed in the middle of $1, which waits for: $2"
}
reader='SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM t LIMIT 1'
middle 2:2 "$reader"
middle 2:2 'LOCK TABLE t IN ROW EXCLUSIVE MODE'
middle 2:3 'LOCK TABLE t IN ROW EXCLUSIVE MODE'
middle 2:4 "$reader"
middle 2:5 "$reader"
middle 2:6 "$reader"
middle 2:7 'LOCK TABLE p IN ACCESS SHARE MODE'
middle 3:1 "$reader"

checked
