#!/usr/bin/env bash
# What a CONCURRENTLY that was cut off has left behind goes with the next apply_each(), and with rollback_each(): in each
# phase in which it can be cut off, up and down, resumed, taken back, and taken out of the file meanwhile.
set -euo pipefail
. test/cluster/checks.bash

server leftovers migrator.on_hazard=ignore autovacuum=off
createdb template
PGDATABASE=template sql 'CREATE EXTENSION migrator' 'CREATE SCHEMA s' \
    'CREATE TABLE s.t (i int PRIMARY KEY, x text, j int, EXCLUDE (j WITH =))' "INSERT INTO s.t SELECT i, repeat('x', 10), i FROM generate_series(1, 50) i" \
    'CREATE INDEX old ON s.t (j)' \
    'CREATE TABLE s.p (i int, x text, PRIMARY KEY (i)) PARTITION BY RANGE (i)' 'CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES FROM (0) TO (100)' \
    'CREATE TABLE s.p2 PARTITION OF s.p FOR VALUES FROM (100) TO (200)' 'INSERT INTO s.p SELECT generate_series(1, 150)' \
    'CREATE MATERIALIZED VIEW s.m AS SELECT * FROM s.t' 'CREATE UNIQUE INDEX mi ON s.m (i)' \
    'ALTER DATABASE template SET search_path = s, public'

fresh() {
    PGDATABASE=postgres sql 'DROP DATABASE IF EXISTS app WITH (FORCE)' 'CREATE DATABASE app TEMPLATE template STRATEGY file_copy' 'ALTER DATABASE app SET search_path = s, public'
    export PGDATABASE=app
}
holder=
# A writer holds up the building of an index, a snapshot what makes it valid, one who has read what takes another away.
hold() { # hold writer|snapshot|reader TABLE
    local sql
    [[ $1 != writer ]] || sql="LOCK TABLE $2 IN ROW EXCLUSIVE MODE"
    [[ $1 != reader ]] || sql="SELECT FROM $2 LIMIT 0"
    [[ $1 != snapshot ]] || sql="SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT FROM $2 LIMIT 0"
    exec {holder}> >(PGAPPNAME=holder exec psql -X -q >/dev/null 2>&1)
    echo "BEGIN; $sql;" >&"$holder"
    wait_for 'the holder holds' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'holder' AND state = 'idle in transaction'"
}
release() {
    echo 'ROLLBACK; \q' >&"$holder"
    exec {holder}>&-
    wait_for 'the holder is gone' "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'holder'"
}
left() {
    sql "SELECT string_agg(what, ', ' ORDER BY what COLLATE \"C\") FROM (
         SELECT regexp_replace(c.relname, 'pg_toast_\d+', 'toast') || ' invalid' AS what FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE NOT indisvalid
         UNION ALL SELECT inhrelid::regclass || ' half detached' FROM pg_inherits WHERE inhdetachpending
         UNION ALL SELECT relname FROM pg_class WHERE relname ~ '_cc(new|old)[0-9]*$' AND oid IN (SELECT indexrelid FROM pg_index WHERE indisvalid)) l"
}
load() { # load UP DOWN
    psql -X -q -v up="-- migrator: no-transaction
$1" -v down="-- migrator: no-transaction
$2" >/dev/null <<<"SELECT migrator.load('1', 'a', :'up', :'down');"
}
status() { sql 'SELECT status FROM migrator.status()'; }
call() { psql -X -q -A -t -c "CALL migrator.$1()" 2>&1 || true; }
stops() { PGOPTIONS="$PGOPTIONS -c migrator.statement_timeout=250ms" call "$1"; }
is_left() { # is_left WHAT EXPECTED SAID
    is "$1" "$2" "$(left)"
    [[ $(left) == "$2" ]] || echo "$3"
}

# Cut off while a holder is in the way, and then in each way that there is on from what it left.
cut_off() { # cut_off WHO TABLE LEFT STATEMENT
    local what="$4, behind a $1" said way call
    for way in resumed 'taken out' 'rolled back' down; do
        fresh
        call=apply_each
        if [[ $way == down ]]; then
            load 'SELECT 1' "SELECT 1; $4"
            sql 'CALL migrator.apply_each()'
            call=rollback_each
        else
            load "SELECT 1; $4" 'SELECT 1'
        fi
        hold "$1" "$2"
        said=$(stops "$call")
        release
        is_left "$what: what it leaves" "$3" "$said"
        case $way in
        'taken out') load 'SELECT 1; SELECT 2' 'SELECT 1' ;;
        'rolled back') call=rollback_each ;;
        esac
        said=$(call "$call")
        is_left "$what, $way: nothing" '' "$said"
        is "$what, $way" "$([[ $call == apply_each ]] && echo applied || echo pending)" "$(status)"
    done
}

cut_off writer s.t 'ti invalid' 'CREATE INDEX CONCURRENTLY ti ON t (j)'
cut_off writer s.t 't_j_idx invalid' 'CREATE INDEX CONCURRENTLY ON t (j)'
cut_off writer s.t 'ti invalid' 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ti ON t ((i / 1))'
cut_off writer s.p1 'ti invalid' 'CREATE INDEX CONCURRENTLY ti ON p1 (i)'
cut_off writer s.t 'old invalid' 'DROP INDEX CONCURRENTLY old'
cut_off reader s.t 'old invalid' 'DROP INDEX CONCURRENTLY IF EXISTS s.old'
cut_off reader s.p 'p1 half detached' 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY'

echo '# REINDEX'
cut_off writer s.t 'old_ccnew invalid' 'REINDEX INDEX CONCURRENTLY old'
cut_off reader s.t 'old_ccold invalid' 'REINDEX INDEX CONCURRENTLY old'
cut_off writer s.t 'old_ccnew invalid, t_pkey_ccnew invalid, toast_index_ccnew invalid' 'REINDEX TABLE CONCURRENTLY t'
cut_off reader s.t 'old_ccold invalid, t_pkey_ccold invalid, toast_index_ccold invalid' 'REINDEX (VERBOSE, CONCURRENTLY) TABLE t'
cut_off snapshot s.t 'old_ccnew invalid, t_pkey_ccnew invalid, toast_index_ccnew invalid' 'REINDEX TABLE CONCURRENTLY s.t'
cut_off snapshot s.p2 'p1_pkey_ccnew invalid, toast_index_ccnew invalid' 'REINDEX TABLE CONCURRENTLY p'
cut_off reader s.p2 'p2_pkey_ccold invalid' 'REINDEX INDEX CONCURRENTLY p_pkey'
cut_off reader s.m 'mi_ccold invalid, toast_index_ccold invalid' 'REINDEX TABLE CONCURRENTLY m'
cut_off snapshot s.t 'old_ccnew invalid, t_pkey_ccnew invalid, toast_index_ccnew invalid' 'REINDEX SCHEMA CONCURRENTLY s'
cut_off reader s.t 'old_ccold invalid, t_pkey_ccold invalid, toast_index_ccold invalid' 'REINDEX DATABASE CONCURRENTLY app'

echo '# what is not of it'
fresh
sql 'CREATE INDEX old_ccnew ON t (i, j)' 'CREATE TABLE other (i int)' 'INSERT INTO other VALUES (1), (1)'
sql 'CREATE UNIQUE INDEX CONCURRENTLY other_ccnew ON other (i)' 2>/dev/null || true
load 'REINDEX TABLE CONCURRENTLY t' 'SELECT 1'
hold writer s.t
stops apply_each >/dev/null
release
is 'a number is added to the name' 'old_ccnew, old_ccnew1 invalid, old_ccnew_ccnew invalid, other_ccnew invalid, t_pkey_ccnew invalid, toast_index_ccnew invalid' "$(left)"
call rollback_each >/dev/null
is 'an index of the application and one of another table stay' 'old_ccnew, other_ccnew invalid' "$(left)"

echo '# another session is at it'
fresh
load 'REINDEX TABLE CONCURRENTLY t' 'SELECT 1'
hold writer s.t
stops apply_each >/dev/null
release
hold reader s.t
PGAPPNAME=other psql -X -q -c 'REINDEX TABLE CONCURRENTLY s.t' 2>/dev/null &
other=$!
wait_for 'the other session waits' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'other' AND wait_event_type = 'Lock'"
call rollback_each >"$CLUSTER_TEMP/said" &
ours=$!
sleep 0.3 # it waits for the lock of the table, or has passed
release
wait "$other" "$ours"
is 'both come to their end' '' "$(left)"
is 'pending' "pending" "$(status)"
is 'nothing failed' '' "$(grep -E 'ERROR|WARNING' "$CLUSTER_TEMP/said" || true)"

echo '# a role that may not touch pg_toast'
fresh
sql 'DROP ROLE IF EXISTS deployer' 'CREATE ROLE deployer LOGIN' 'GRANT ALL ON SCHEMA migrator TO deployer' 'GRANT ALL ON ALL ROUTINES IN SCHEMA migrator TO deployer' \
    'GRANT ALL ON SCHEMA s TO deployer' 'ALTER TABLE s.t OWNER TO deployer'
export PGUSER=deployer
load 'REINDEX TABLE CONCURRENTLY t' 'SELECT 1'
PGUSER=postgres hold writer s.t
stops apply_each >/dev/null
PGUSER=postgres release
said=$(call apply_each)
is 'is not held up' applied "$(status)"
[[ $(status) == applied ]] || echo "$said"
like 'and hears of it' 'WARNING:  migration 1 \(a\): what it left could not be removed: permission denied for schema pg_toast' "$said"
is 'all else is gone' 'toast_index_ccnew invalid' "$(left)"
hint=$(sed -n 's/^HINT:  As a role that may do so, run: //p' <<<"$said")
PGUSER=postgres sql "$hint"
is 'the HINT is right' '' "$(left)"
export PGUSER=postgres
PGDATABASE=postgres sql 'DROP DATABASE app' 'DROP ROLE deployer'
checked
