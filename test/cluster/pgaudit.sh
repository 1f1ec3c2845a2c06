#!/usr/bin/env bash
# pgaudit beside migrator: every kind of statement runs, up, down and after an interruption, and is in the audit log as
# far as the documents say.
set -euo pipefail
. test/cluster/checks.bash

[[ -e $("${PG_CONFIG:-pg_config}" --pkglibdir)/pgaudit.so ]] || {
    echo 'there is no pgaudit for this server' >&2
    exit 1
}
unset PGOPTIONS

# What commits by itself; all else an audit log has in any order of the libraries.
by_itself=(
    'CREATE INDEX CONCURRENTLY ti ON t (x)' 'REINDEX INDEX CONCURRENTLY ti' 'REINDEX TABLE CONCURRENTLY t'
    'REINDEX SCHEMA CONCURRENTLY public' 'REINDEX TABLE p' 'REINDEX TABLE t' 'DROP INDEX CONCURRENTLY ti'
    'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY' 'VACUUM t' 'VACUUM (FULL, ANALYZE) t' 'CLUSTER t USING t_pkey'
    'CREATE DATABASE audited_other' 'DROP DATABASE audited_other' "ALTER SYSTEM SET work_mem = '5MB'" 'ALTER SYSTEM RESET work_mem'
    'DROP SUBSCRIPTION sub'
    "CREATE TABLESPACE space LOCATION '$CLUSTER_HOME/space'" 'DROP TABLESPACE space' 'DISCARD ALL')
in_transaction=(
    'CREATE TABLE made (i int)' "INSERT INTO made VALUES (1)" 'UPDATE made SET i = 2' 'ALTER TABLE made ADD COLUMN j int'
    'CREATE FUNCTION made() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$' 'CREATE TYPE mood AS ENUM ($$sad$$)'
    'ALTER TYPE mood ADD VALUE $$ok$$' 'GRANT SELECT ON made TO PUBLIC' 'CREATE ROLE audited_role' 'DROP ROLE audited_role'
    "SET work_mem = '6MB'" 'RESET work_mem' 'CREATE EXTENSION citext' 'PREPARE one AS SELECT 1' 'EXECUTE one'
    'EXPLAIN ANALYZE SELECT 1' 'COMMENT ON TABLE made IS $$x$$' 'CREATE TABLE copy_of AS SELECT * FROM made' 'TRUNCATE made'
    'DELETE FROM made' 'DROP TABLE copy_of' 'CREATE VIEW v AS SELECT * FROM made' 'CREATE MATERIALIZED VIEW mv AS SELECT * FROM made'
    'REFRESH MATERIALIZED VIEW mv' 'LOCK_IN_BLOCK' 'CHECKPOINT' 'ANALYZE t'
    "CREATE SUBSCRIPTION sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)"
    'ALTER SUBSCRIPTION sub DISABLE' 'ALTER SUBSCRIPTION sub SET (slot_name = NONE)')
may_commit=('DO $$ BEGIN INSERT INTO made VALUES (7); COMMIT; INSERT INTO made VALUES (8); END $$' 'CALL commits()' 'DO $$ BEGIN PERFORM 1; END $$')

text_of() {
    local one
    echo '-- migrator: no-transaction'
    for one; do
        [[ $one != LOCK_IN_BLOCK ]] || one='BEGIN; LOCK TABLE made; COMMIT'
        printf '%s;\n' "$one"
    done
}

log_since() { tail -c +"$mark" "$CLUSTER_HOME/$here/log"; }
begin_log() { mark=$(($(stat -c %s "$CLUSTER_HOME/$here/log") + 1)); }
# The audit lines that have a statement as their text; pgaudit quotes it as CSV.
audited() { # audited STATEMENT: whether it is there
    local quoted=${1//\"/\"\"}
    [[ $1 != *[,\"]* ]] || quoted="\"$quoted\""
    log_since | grep -F 'AUDIT: ' | grep -cF ",$quoted," || true
}
missing() { # those of the statements that the log has no line of
    local one
    for one; do
        [[ $one == LOCK_IN_BLOCK || $(audited "$one") != 0 ]] || printf '%s\n' "$one"
    done
}
load() { psql -X -q -v up="$2" -v down="${3-}" -v version="$1" >/dev/null <<<"SELECT migrator.load(:'version', 'a', :'up', nullif(:'down', ''));"; }
call() { psql -X -q -A -t -c "CALL migrator.$1" 2>&1 || true; }
applied() { sql "SELECT string_agg(status, ',') FROM migrator.status()"; }

with() { # with LIBRARIES EXTENSION EXACT: all of it on a server that loads them
    local libraries=$1 extension=$2 exact=$3 what="$1${2:+, with its extension}" said
    here=audit_$((++servers))
    server "$here" "shared_preload_libraries=$libraries" pgaudit.log=all pgaudit.log_catalog=off migrator.on_hazard=ignore wal_level=logical \
        log_min_messages=warning
    mkdir -p "$CLUSTER_HOME/space"
    [[ -z $CLUSTER_USER ]] || chown "$CLUSTER_USER" "$CLUSTER_HOME/space"
    database app
    [[ -z $extension ]] || sql 'CREATE EXTENSION pgaudit'
    sql 'CREATE TABLE t (x int PRIMARY KEY)' 'INSERT INTO t SELECT generate_series(1, 1000)' \
        'CREATE TABLE p (i int PRIMARY KEY) PARTITION BY RANGE (i)' 'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)' \
        'CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)' \
        "CREATE PROCEDURE commits() LANGUAGE plpgsql AS \$\$ BEGIN INSERT INTO made VALUES (9); COMMIT; INSERT INTO made VALUES (10); END \$\$"

    load 1 "$(text_of "${in_transaction[@]}" "${by_itself[@]}" "${may_commit[@]}")" \
        "$(text_of 'CREATE INDEX CONCURRENTLY down_index ON t (x)' 'VACUUM p' 'DROP INDEX CONCURRENTLY down_index' 'DROP TABLE made CASCADE' 'DO $$ BEGIN COMMIT; END $$')"
    begin_log
    said=$(call 'apply_each()')
    is "$what: applied" applied "$(applied)"
    [[ $(applied) == applied ]] || echo "$said"
    is "$what: all ran" '{7,8,9,10}' "$(sql 'SELECT array_agg(i ORDER BY i) FROM made')"
    is "$what: audited, what a transaction can hold" '' "$(missing "${in_transaction[@]}")"
    if [[ -n $exact ]]; then
        is "$what: audited, all else" '' "$(missing "${by_itself[@]}" "${may_commit[@]}")"
        is "$what: its class" 1 "$(log_since | grep -cE 'AUDIT: SESSION,[0-9]+,[0-9]+,DDL,CREATE INDEX,(INDEX,public.ti|,),CREATE INDEX CONCURRENTLY ti ON t \(x\),' || true)"
    fi
    if [[ -z $exact ]]; then
        is "$what: in the log, what goes around it" '' "$(for one in "${by_itself[@]}"; do
            log_since | grep -cF "LOG:  statement of a migration that pgaudit does not see: $one" >/dev/null || echo "$one"; done)"
    fi
    if [[ -n $extension ]]; then
        like "$what: its event triggers see what is made" '^[1-9]' "$(log_since | grep -cE 'AUDIT: SESSION,[0-9]+,[0-9]+,DDL,CREATE INDEX,INDEX,public.ti,' || true)"
    fi
    is "$what: below a DO and a CALL" 4 "$(log_since | grep -cE 'AUDIT: .*WRITE,INSERT,.*INSERT INTO made VALUES \((7|8|9|10)\)' || true)"
    like "$what: the CALL itself" '^[1-9]' "$(log_since | grep -cE 'AUDIT: .*CALL migrator.apply_each\(\)' || true)"
    begin_log
    said=$(call 'rollback_each()')
    is "$what: rolled back" pending "$(applied)"
    [[ $(applied) == pending ]] || echo "$said"

    sql "SELECT migrator.unload('1')"
    load 2 "$(text_of 'INSERT INTO t VALUES (0)' 'CREATE UNIQUE INDEX CONCURRENTLY tu ON t ((x / 2))' 'VACUUM t' 'CREATE TABLE behind ()')" 'SELECT 1'
    load 3 'CREATE TABLE transactional (i int); INSERT INTO transactional VALUES (1)'
    like "$what: interrupted" 'could not create unique index' "$(call 'apply_each()')"
    sql 'DELETE FROM t WHERE x % 2 = 1' "DELETE FROM t WHERE x IN (0, 1)"
    begin_log
    said=$(call 'apply_each()')
    is "$what: resumed" applied,applied "$(applied)"
    is "$what: rehearsed" '' "$(sql "SELECT migrator.load('4', 'c', 'CREATE INDEX CONCURRENTLY later ON t (x)')" 'SELECT error FROM migrator.rehearse()' | tail -n +2)"
    is "$what: a transactional one" 1 "$(audited 'INSERT INTO transactional VALUES (1)')"
    is "$what: no complaint" '' "$(grep -aE 'pgaudit|TRAP|signal' "$CLUSTER_HOME/$here/log" | grep -avE 'extension initialized|AUDIT: |LOG:  statement of a migration that pgaudit does not see: ' || true)"
    cluster_stop "$here" immediate
}

servers=0
with pgaudit '' ''
with pgaudit yes ''
with migrator,pgaudit '' exact
with migrator,pgaudit yes exact
with pgaudit,migrator yes ''
checked
