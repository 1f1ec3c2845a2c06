#!/usr/bin/env bash
# pg_upgrade keeps bodies, history, half-done migrations and GRANTs:    test/upgrade/pg_upgrade.sh OLD NEW
# Builds the extension for both servers, installs it into them and runs as root, so on a Debian system of its own only
# (scripts/pg-upgrade makes one); the servers run as postgres.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
old=$1
new=$2
home=$(mktemp -d /tmp/upgrade.XXXXXX)
chown postgres "$home"
export PGHOST=$home PGUSER=postgres PGTZ=UTC PGOPTIONS='-c client_min_messages=warning' LC_ALL=C
passed=0
failed=0
running=

bin() { echo "/usr/lib/postgresql/$1/bin"; }
as_postgres() { (cd "$home" && setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$home" "$@"); }
start() { # start VERSION DATA
    as_postgres "$(bin "$1")/pg_ctl" start -s -w -D "$home/$2" -l "$home/$2.log" -o "-k $home -c listen_addresses=" </dev/null
    running="$1 $2"
}
stop() {
    [[ -z $running ]] || as_postgres "$(bin "${running% *}")/pg_ctl" stop -s -w -m "${1:-fast}" -D "$home/${running#* }"
    running=
}
new_cluster() { as_postgres "$(bin "$1")/initdb" -D "$home/$2" -U postgres --auth=trust --encoding=UTF8 --no-locale >/dev/null; }
trap 'stop immediate || true; rm -rf "$home"' EXIT

sql() {
    local arguments=() statement
    for statement; do arguments+=(-c "$statement"); done
    "$(bin "$new")/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d app "${arguments[@]}"
}
is() {
    if [[ $3 == "$2" ]]; then
        passed=$((passed + 1))
        echo "ok      $1"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n' "$1"
        diff <(echo "$2") <(echo "$3") | head -n 20 || true
    fi
}

for version in "$old" "$new"; do
    export PG_CONFIG=/usr/lib/postgresql/$version/bin/pg_config
    make -s -j"$(nproc)" install WERROR=1
done

echo "# a cluster of PostgreSQL $old"
new_cluster "$old" old
start "$old" old
"$(bin "$old")/createdb" app
alone=$'-- migrator: no-transaction\n'
sql "CREATE EXTENSION migrator VERSION '1.0'" 'CREATE ROLE deployer' 'GRANT USAGE ON SCHEMA migrator TO deployer' \
    'GRANT EXECUTE ON FUNCTION migrator.status TO deployer' 'GRANT SELECT ON migrator.history TO deployer' \
    'CREATE TABLE log (what text)' 'CREATE TABLE t (n int)' 'INSERT INTO t VALUES (1), (1)' \
    "CREATE VIEW latest AS SELECT version, status FROM migrator.status() WHERE version >= '2'" \
    "CREATE TABLE of_versions (v migrator.version PRIMARY KEY)" "INSERT INTO of_versions VALUES ('10'), ('9'), ('9.1')" \
    "SELECT migrator.load('1', 'one', 'INSERT INTO log VALUES (1)', 'DELETE FROM log WHERE what = ''1''')" \
    "SELECT migrator.load('2', 'two', 'CREATE TABLE two (n int)', 'DROP TABLE two')" \
    "SELECT migrator.load('3', 'three', 'CREATE TABLE three (n int)', 'DROP TABLE three')" \
    'CALL migrator.apply_each()' 'SELECT FROM migrator.rollback()' "SELECT FROM migrator.apply('3')" \
    "SELECT migrator.load('4', 'half', '$alone INSERT INTO log VALUES (4); CREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n); INSERT INTO log VALUES (44)')" \
    "SELECT migrator.load('5', 'five', 'ALTER TABLE two ADD x int', 'ALTER TABLE two DROP x')" \
    "SELECT migrator.load('1', 'old', 'SELECT 1', module => 'other')" "SELECT FROM migrator.apply(module => 'other')" \
    "SELECT migrator.load('1', 'old', 'SELECT 2', module => 'other')" >/dev/null
sql 'CALL migrator.apply_each()' 2>/dev/null && exit 1
sql 'ALTER TABLE three ADD by_hand int'
everything() {
    sql 'SELECT version, name, status, applied_at, execution_time_ms, applied_by, reversible, detail FROM migrator.status()' \
        "SELECT version, status FROM migrator.status('other')" 'SELECT * FROM migrator.summary()' \
        'SELECT * FROM migrator.history ORDER BY id' 'SELECT * FROM migrator.statement_history ORDER BY id' \
        'SELECT * FROM migrator.migration ORDER BY module, version' 'SELECT * FROM latest' 'SELECT * FROM of_versions ORDER BY v' \
        'SELECT last_value, is_called FROM migrator.history_entry_id_seq' \
        'SELECT proname, proacl FROM pg_proc WHERE pronamespace = $$migrator$$::regnamespace ORDER BY oid::regprocedure::text' \
        'SELECT tgname, tgenabled FROM pg_trigger WHERE tgname = $$append_only$$' \
        'SELECT evtname, evtenabled FROM pg_event_trigger ORDER BY 1' \
        "SELECT extversion, array_length(extconfig, 1) FROM pg_extension WHERE extname = 'migrator'"
}
before=$(everything)
outside="SELECT count(*) FROM migrator.lint() WHERE rule = 'changed-outside'"
is 'what is upgraded' $'1|applied\n2|applied\n3|applied\n4|partial\n5|pending' "$(sql 'SELECT version, status FROM migrator.status()')"
is 'the invalid index is there' 't_n|f' "$(sql "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 't'::regclass")"
identity=$(sql 'SELECT (pg_control_system()).system_identifier')
stop
as_postgres cp -a "$home/old" "$home/kept"

upgraded() { # upgraded HOW [OPTION..]
    local how=$1
    shift
    echo "# pg_upgrade, $how"
    as_postgres rm -rf "$home/old" "$home/new"
    as_postgres cp -a "$home/kept" "$home/old"
    new_cluster "$new" new
    as_postgres "$(bin "$new")/pg_upgrade" -b "$(bin "$old")" -B "$(bin "$new")" -d "$home/old" -D "$home/new" \
        -s "$home" "$@" >"$home/pg_upgrade.log" || { tail -n 40 "$home/pg_upgrade.log"; exit 1; }
    start "$new" new
    is "$how: the server is the new one" "$new" "$(sql "SELECT current_setting('server_version_num')::int / 10000")"
    is "$how: everything is the same" "$before" "$(everything)"
    is "$how: the cluster has another identity" t "$(sql "SELECT system_identifier <> $identity FROM pg_control_system()")"
    is "$how: so lint() takes nothing for a change outside" 0 "$(sql "$outside")"
    is "$how: the history is append-only" refused "$(sql 'DELETE FROM migrator.history_entry' 2>/dev/null || echo refused)"
    is "$how: GRANTs hold" 5 "$(sql 'SET ROLE deployer' 'SELECT count(*) FROM migrator.status()')"
    sql 'ALTER EXTENSION migrator UPDATE'
    is "$how: ALTER EXTENSION UPDATE, GRANTs hold" '5|5' "$(sql 'SET ROLE deployer' 'SELECT count(*), count(loaded_by) FROM migrator.status()')"
    is "$how: an edit is still found" refused "$(sql "SELECT FROM migrator.apply(module => 'other')" 2>/dev/null || echo refused)"
    sql 'DELETE FROM t WHERE ctid = $$(0,1)$$'
    is "$how: the next run goes on where the old server stopped" \
        'NOTICE:  migration 4 (half) resumes at statement 2 of 3' \
        "$(sql 'SET client_min_messages = notice' 'CALL migrator.apply_each()' 2>&1 | grep 'resumes\|built again')"
    is "$how: the index, which pg_upgrade had left out, is built" 't_n|t' "$(sql "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 't'::regclass")"
    is "$how: what had run did not run again" '1 4 44' "$(sql "SELECT string_agg(what, ' ' ORDER BY what) FROM log")"
    is "$how: everything is applied" 5 "$(sql "SELECT count(*) FROM migrator.status() WHERE status = 'applied'")"
    sql 'ALTER TABLE three ADD again int' "SELECT migrator.load('6', 'six', 'SELECT 6')" >/dev/null
    is "$how: from now on lint() finds changes outside" 1 "$(sql "$outside")"
    is "$how: what the old server applied is rolled back" $'5|rolled_back' "$(sql 'SELECT version, status FROM migrator.rollback()')"
    is "$how: so is what it made" t "$(sql "SELECT migrator.load('4', 'half', '$alone INSERT INTO log VALUES (4); CREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n); INSERT INTO log VALUES (44)', 'DROP INDEX t_n')" >/dev/null
        sql "SELECT FROM migrator.rollback_to('2')"; sql "SELECT to_regclass('three') IS NULL AND to_regclass('t_n') IS NULL")"
    stop
}
upgraded 'by copy'
upgraded 'by links' --link
((failed == 0)) || { echo "$passed checks passed, $failed failed"; exit 1; }
echo "$passed checks passed"
