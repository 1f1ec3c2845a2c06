#!/usr/bin/env bash
# What each way to dump and to restore keeps: measured, and compared with the table in docs/backup-and-replicas.md.
set -euo pipefail
. test/cluster/checks.bash

server flags
database source
files out
[[ -z $CLUSTER_USER ]] || chown "$CLUSTER_USER" "$files"
sql 'CREATE ROLE deployer' 'CREATE ROLE backup LOGIN' 'GRANT pg_read_all_data TO backup' 'CREATE TABLE log (what int)' \
    'GRANT USAGE ON SCHEMA migrator TO deployer' 'GRANT EXECUTE ON FUNCTION migrator.status TO deployer' \
    'GRANT SELECT ON migrator.history TO deployer' \
    "SELECT migrator.load('1', 'one', 'INSERT INTO log VALUES (1)', 'DELETE FROM log WHERE what = 1')" \
    "SELECT migrator.load('2', 'half', E'-- migrator: no-transaction\nINSERT INTO log VALUES (2); VACUUM log; INSERT INTO later VALUES (2)')" \
    "SELECT migrator.load('3', 'three', 'INSERT INTO log VALUES (3)')" >/dev/null
like 'a migration stops half-way' 'ERROR:  42P01: ' "$(error_of 'CALL migrator.apply_each()')"
is 'what is dumped' $'1|applied\n2|partial\n3|pending' "$(sql 'SELECT version, status FROM migrator.status()')"

bodies='SELECT md5(string_agg(m::text, $$ $$ ORDER BY version)) FROM migrator.migration m'
history='SELECT md5(string_agg(h::text, $$ $$ ORDER BY id)) || (SELECT md5(string_agg(s::text, $$ $$ ORDER BY id))
    FROM migrator.statement_entry s) FROM migrator.history_entry h'
next_id='SELECT last_value, is_called FROM migrator.history_entry_id_seq'
grants="SELECT (SELECT string_agg(proacl::text, ' ') FROM pg_proc WHERE oid = 'migrator.status(text)'::regprocedure)
    || (SELECT relacl FROM pg_class WHERE oid = 'migrator.history'::regclass)::text
    || has_schema_privilege('deployer', 'migrator', 'USAGE')"

same() { # same SQL: yes, if it has the result that it has in the source
    if [[ $(sql "$1" 2>/dev/null) == "$(in_source "$1")" ]]; then echo yes; else echo no; fi
}
in_source() { (cluster_use flags && PGDATABASE=source sql "$1"); }

next_run() {
    if [[ $(sql "SELECT count(*) FROM pg_extension WHERE extname = 'migrator'") == 0 ]]; then
        echo 'no extension'
        return
    fi
    if [[ $(sql 'SELECT count(*) FROM migrator.migration') == 0 ]]; then
        echo 'nothing is loaded'
        return
    fi
    local error ran
    error=$(error_of 'CREATE TABLE IF NOT EXISTS later (what int)' 'CREATE TABLE IF NOT EXISTS log (what int)' \
        'TRUNCATE log' 'CALL migrator.apply_each()')
    ran=$(sql "SELECT string_agg(what::text, ',' ORDER BY what) FROM (TABLE log UNION ALL TABLE later) r")
    if [[ $error =~ ERROR:\ \ ([0-9A-Z]{5}) ]]; then
        echo "fails (${BASH_REMATCH[1]})"
    elif [[ $ran == 2,3 ]]; then # the last statement of 2, and 3
        echo 'continues'
    else
        echo "runs $ran"
    fi
}

measured() { # measured STEPS: the cells of the table behind them
    local step n=$rows dump=0 errors
    export PGDATABASE=target$n
    if [[ $1 == *pg_dumpall* ]]; then
        cluster_use other
        export PGDATABASE=source
    else
        createdb --template=template0 "$PGDATABASE"
    fi
    while read -r step; do
        eval "set -- $step"
        case $1 in
        CREATE) psql -X -q -c "$step" ;;
        pg_dump)
            dump=$((dump + 1))
            PGDATABASE=source "$@" -f "$files/$n.$dump"
            ;;
        pg_dumpall) (cluster_use flags && "$@" -f "$files/$n.0") ;;
        pg_restore) "$@" -d "$PGDATABASE" "$files/$n.$dump" ;;
        psql)
            if [[ $dump == 0 ]]; then PGDATABASE=postgres; fi
            psql -X -q -o /dev/null -f "$files/$n.$dump"
            [[ $dump != 0 ]] || export PGDATABASE=source
            ;;
        esac || true
    done < <(sed 's/` *, */\n/g; s/`//g; s/ into a new cluster//' <<<"$1") 2>"$files/errors"
    errors=$(grep -v 'role "postgres" already exists' "$files/errors" | grep -ci error || true)
    printf ' %s |' "$([[ $errors == 0 ]] && echo clean || echo errors)" \
        "$([[ $(sql "SELECT count(*) FROM pg_extension WHERE extname = 'migrator'") == 1 ]] && echo yes || echo no)" \
        "$(same "$bodies")" "$(same "$history")" "$(same "$next_id")" "$(same "$grants")" "$(next_run)"
    cluster_use flags
}

clusters=(other "${clusters[@]}")
cluster_new_apart other
cluster_start other
rows=0
while IFS= read -r row; do
    steps=${row#| }
    steps=${steps%%|*}
    rows=$((rows + 1))
    is "$steps" "$row" "| $steps|$(measured "$steps")"
done < <(sed -n '/^## Dump and restore/,/^## Standby/s/^| `/&/p' docs/backup-and-replicas.md)
is 'the table was found' yes "$( ((rows > 20)) && echo yes)"

echo '# what the page says below it'
export PGDATABASE=source
createdb triggers
pg_dump -s source | psql -X -q -o /dev/null -d triggers
pg_dump -Fc -f "$files/triggers" source
pg_restore -a --disable-triggers -d triggers "$files/triggers"
export PGDATABASE=triggers
enabled="SELECT string_agg(tgenabled::text, '') FROM pg_trigger WHERE tgname = 'append_only'"
is '--disable-triggers leaves ordinary ones behind' OO "$(sql "$enabled")"
like 'which still refuse' '^ERROR:  0A000: ' "$(error_of 'DELETE FROM migrator.history_entry')"
sql 'ALTER TABLE migrator.history_entry ENABLE ALWAYS TRIGGER append_only' \
    'ALTER TABLE migrator.statement_entry ENABLE ALWAYS TRIGGER append_only'
is 'and can be put right' AA "$(sql "$enabled")"
like 'what is there already is not overwritten' 'duplicate key value violates unique constraint' \
    "$(pg_restore -a -t history_entry -d triggers "$files/triggers" 2>&1)"
is 'it is as it was' yes "$(same "$history")"

createdb tables
psql -X -q -d tables -c 'CREATE EXTENSION migrator'
pg_restore -t migration -t history_entry -t statement_entry -d tables "$files/triggers"
export PGDATABASE=tables
setval=$(awk '/^## Dump and restore/ { inside = 1 } inside' docs/backup-and-replicas.md | tr '\n' ' ' | grep -o "SELECT setval([^\`]*" | head -n 1)
sql "$setval" >/dev/null
is 'with the ids put right, the next run goes on' 'continues' "$(next_run)"

export PGDATABASE=source
is 'a role with pg_read_all_data can dump' '' "$(pg_dump -U backup -Fc -f "$files/backup" source 2>&1)"
createdb owned --owner=backup
like 'only a superuser can restore' 'permission denied to create extension' \
    "$(pg_restore -U backup -d owned "$files/backup" 2>&1)"
checked
