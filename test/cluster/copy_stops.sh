#!/usr/bin/env bash
# COPY with its rows in the body that is stopped in the middle: cancel, time limit, terminated session, kill -9; in one
# transaction, by itself, and within a block. What is left is as for any other statement, and the next run finishes.
set -euo pipefail
. test/cluster/checks.bash

server stops max_connections=20
rows=$(printf '%s\\n' {1..200})
body="COPY t FROM stdin;\\n$rows\\\\.\\n" # for E''
createdb template
PGDATABASE=template sql 'CREATE EXTENSION migrator' 'CREATE TABLE t (i int)' \
    "SELECT migrator.load('1', 'one', E'CREATE TABLE before (); $body', module => 'one')" \
    "SELECT migrator.load('1', 'each', E'-- migrator: no-transaction\\nCREATE TABLE before (); $body', module => 'each')" \
    "SELECT migrator.load('1', 'block', E'CREATE TABLE before (); COMMIT; BEGIN; INSERT INTO t VALUES (0); $body COMMIT', module => 'block')" >/dev/null

fresh() {
    PGDATABASE=postgres sql 'DROP DATABASE IF EXISTS app WITH (FORCE)' 'CREATE DATABASE app TEMPLATE template STRATEGY file_copy'
    export PGDATABASE=app
    sql "CREATE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN IF NEW.i = 100 THEN PERFORM pg_sleep(600); END IF; RETURN NEW; END \$\$" \
        'CREATE TRIGGER halt BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION halt()'
}
left='SELECT to_regclass('"'before'"') IS NOT NULL, (SELECT count(*) FROM t)'

stop() { # stop MODULE HOW
    local call="CALL migrator.apply_each(module => '$1')" said
    [[ $1 != one ]] || call="SELECT * FROM migrator.apply(module => '$1')"
    fresh
    if [[ $2 == timeout ]]; then
        said=$(error_of "SET migrator.statement_timeout = '2s'" "$call")
    else
        (PGAPPNAME=victim error_of "$call" >"$CLUSTER_HOME/stops/said") &
        wait_for 'it is in the middle of COPY' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event = 'PgSleep'"
        is "$1: it shows in pg_stat_progress_copy" 'COPY FROM|CALLBACK' "$(sql 'SELECT command, type FROM pg_stat_progress_copy')"
        case $2 in
        kill) kill -9 "$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'")" ;;
        *) sql "SELECT $2(pid) FROM pg_stat_activity WHERE application_name = 'victim'" >/dev/null ;;
        esac
        wait $! || true
        said=$(<"$CLUSTER_HOME/stops/said")
        [[ $2 != kill ]] || wait_for 'the server is back' 'SELECT true'
    fi
    case $2 in
    timeout) like "$1, $2: says so" '57014: canceling statement due to migrator.statement_timeout' "$said" ;;
    pg_cancel_backend) like "$1, $2: says so, and where" '57014: canceling statement.*COPY t, line 100.*row in .*line 10[12].*migration 1 ' "$(tr '\n' ' ' <<<"$said")" ;;
    esac
    case $1 in
    one) is "$1, $2: nothing is left" 'f|0' "$(sql "$left")" ;;
    *) is "$1, $2: what was before stays, all of COPY and its block is gone" 't|0' "$(sql "$left")" ;;
    esac
    sql 'DROP FUNCTION halt CASCADE' "$call" >/dev/null 2>&1
    is "$1, $2: the next run finishes" "t|$([[ $1 == block ]] && echo 201 || echo 200)" "$(sql "$left")"
    is "$1, $2: it is applied" applied "$(sql "SELECT status FROM migrator.status('$1')")"
    is "$1, $2: no lock is left" 0 "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")"
}
for module in one each block; do
    for how in pg_cancel_backend timeout pg_terminate_backend kill; do
        stop "$module" "$how"
    done
done
checked
