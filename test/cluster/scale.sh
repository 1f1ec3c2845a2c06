#!/usr/bin/env bash
# Ten thousand files, big files, long files, no file at all; and Ctrl-C in the middle of it.
set -euo pipefail
. test/cluster/checks.bash

server many max_locks_per_transaction=2000 max_connections=20
database app
files many
many=$files

timed() { # timed WHAT COMMAND..: whether that takes too long, test/bench/growth.sh tells
    local start=$SECONDS
    result=$("${@:2}")
    echo "# $1: $((SECONDS - start)) s"
}

for ((i = 1; i <= 10000; i++)); do
    # shellcheck disable=SC2028
    printf -- '-- UP\nCREATE TABLE t%d (n int);\n-- DOWN\nDROP TABLE t%d;\n' "$i" "$i" >"$many/${i}_table.sql"
done

echo '# Ctrl-C'
left() {
    sql "SELECT (SELECT count(*) FROM migrator.migration), (SELECT count(*) FROM migrator.history),
                (SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]+\$'),
                (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), running_pid
         FROM migrator.summary()"
}
interrupted() { # interrupted CALL CONDITION: psql is sent SIGINT when it holds
    (exec psql -X -q -v VERBOSITY=sqlstate -c "SELECT count(*) FROM migrator.$1" >"$CLUSTER_TEMP/many/out" 2>&1) &
    local client=$!
    wait_for "$1 runs" "SELECT $2"
    kill -INT "$client"
    wait "$client" && true
    like "$1 is canceled" 'ERROR:  57014$' "$(cat "$CLUSTER_TEMP/many/out")"
}
active="EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT count(_) FROM migrator.%')"
interrupted "load_dir('$many')" "$active"
is 'nothing is left of it' '0|0|0|0|' "$(left)"

timed 'load_dir() of 10,000 files' sql "SELECT action, count(*) FROM migrator.load_dir('$many') GROUP BY action"
is 'all are added' 'added|10000' "$result"
interrupted 'apply()' 'running_pid IS NOT NULL FROM migrator.summary()'
is 'nothing is left of it' '10000|0|0|0|' "$(left)"
interrupted 'apply(dry_run => true)' 'running_pid IS NOT NULL FROM migrator.summary()'
is 'nor of a dry run' '10000|0|0|0|' "$(left)"

echo '# 10,000 migrations'
timed 'plan()' sql 'SELECT count(*) FROM migrator.plan()'
is 'lists them' 10000 "$result"
timed 'apply()' sql "SELECT status, count(*), bool_and(version = n::text)
    FROM (SELECT row_number() OVER () AS n, * FROM migrator.apply()) a GROUP BY status"
is 'applies all, in order' 'applied|10000|t' "$result"
timed 'status()' sql "SELECT status, count(*), bool_and(version = n::text)
    FROM (SELECT row_number() OVER () AS n, * FROM migrator.status()) s GROUP BY status"
is 'has a row for each, in order' 'applied|10000|t' "$result"
is 'the tables are there' '10000|10000|10000|0|' "$(left)"
timed 'load_dir() again' sql "SELECT action, count(*) FROM migrator.load_dir('$many') GROUP BY action"
is 'finds nothing new' 'unchanged|10000' "$result"
timed 'rollback() of 5,000' sql 'SELECT count(*), min(version), max(version) FROM migrator.rollback(5000)'
is 'undoes the newest' '5000|5001|10000' "$result"
is 'and leaves the others' '10000|15000|5000|0|' "$(left)"

echo '# one big file, one of many statements'
# big LAST: 1.2 MB; lines LAST: 20,000 statements. LAST is the last statement
big() {
    echo "CREATE TABLE big AS SELECT text '"
    seq -f "all work and no play makes Jack a dull boy, it''s said %.0f times; \\ -- \$\$ /*" 15500
    printf "' AS content;\n%s\n" "$1"
}
lines() {
    echo 'CREATE TABLE lines (n int);'
    seq -f 'INSERT INTO lines VALUES (%.0f);' 2 19999
    echo "$1"
}
for kind in big lines; do
    files "$kind"
    number=$(("$($kind 'SELECT 1' | wc -l)"))
    statements=$([[ $kind == big ]] && echo 2 || echo 20000)
    load=(sql "SELECT action FROM migrator.load_dir('$files', module => '$kind')")

    $kind 'SELECT 1 FROM FROM nothing;' >"$files/1_$kind.sql"
    like "$kind: the place of a syntax error" "1_$kind\\.sql, line $number, column 15[^0-9]" \
        "$(error_of "SELECT * FROM migrator.load_dir('$files', module => '$kind')")"

    $kind 'SELECT 1 / 0;' >"$files/1_$kind.sql"
    timed "$kind: load_dir() of $(($(wc -c <"$files/1_$kind.sql") / 1000)) kB" "${load[@]}"
    is "$kind: it is added" 'added' "$result"
    timed "$kind: apply() with an error at the end" error_of "SELECT * FROM migrator.apply(module => '$kind')"
    like "$kind: the place of the error" \
        "^ERROR:  22012: .*file 1_$kind\\.sql line $number, statement $statements of $statements" "$result"
    is "$kind: nothing is left of it" '' "$(sql "SELECT to_regclass('$kind')")"

    $kind 'SELECT 1;' >"$files/1_$kind.sql"
    is "$kind: the corrected file is loaded" 'changed' "$("${load[@]}")"
    timed "$kind: apply()" sql "SELECT status FROM migrator.apply(module => '$kind')"
    is "$kind: it is applied" 'applied' "$result"
done
is 'the big literal is whole' '15501' "$(sql "SELECT regexp_count(content, '\\n') FROM big")"
is 'each statement ran' '19998|2|19999' "$(sql 'SELECT count(*), min(n), max(n) FROM lines')"

echo '# no file'
files nothing
is 'an empty directory gives no rows' '' "$(sql "SELECT * FROM migrator.load_dir('$files')")"
checked
