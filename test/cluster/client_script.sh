#!/usr/bin/env bash
# bin/migrator: every verb, option and exit status, in dash, bash and busybox's sh.
set -euo pipefail
. test/cluster/checks.bash
. test/cluster/client.bash

# Tools without long options and without -w, as on macOS.
mkdir "$work/stubs"
for tool in tar base64 find sed tr date mktemp; do
    printf '%s\n' '#!/bin/sh' 'case " $*" in *" --"* | *" -w"*) echo "illegal option: $*" >&2 && exit 64 ;; esac' \
        "exec $(command -v $tool) \"\$@\"" >"$work/stubs/$tool"
done
chmod +x "$work"/stubs/*

a_day() { # a_day NAME: every verb, in $shell
    echo "# a day: ${shell[*]}"
    project "$1"
    is_m 66 load
    is 'says what is missing' 'migrator: there is no directory migrations: say --dir, or make it with migrator new' "$errors"
    mkdir "$here/migrations"
    is_m 66 status
    is 'an empty one' 'migrator: there are no files in migrations that can be read: migrator new makes one' "$errors"
    file 1_a.sql <<<'CREATE TABLE a ();'
    for verb in load up down redo status plan rehearse lint report adopt 'status --loaded'; do
        # shellcheck disable=SC2086 # two words
        is_m 1 $verb
        is 'says that init is missing' 'migrator: the extension is not in this database: migrator init creates it' "$errors"
    done
    rm "$here/migrations/1_a.sql"
    is_m 0 init
    is 'makes the extension' 1 "$(sql "SELECT count(*) FROM pg_extension WHERE extname = 'migrator'")"
    is 'and no file' '' "$(ls "$here/migrations")"
    is_m 0 init

    is_m 0 new 'create users'
    like 'prints the path' '^migrations/[0-9]{14}_create_users\.sql$' "$output"
    is 'with sections' $'-- UP\n\n\n-- DOWN' "$(<"$here/$output")"
    users=${output#migrations/}
    stamp=${users%%_*}
    printf '%s\n' '-- UP' 'CREATE TABLE users (id int PRIMARY KEY);' '-- DOWN' 'DROP TABLE users;' >"$here/$output"
    odd="${stamp}_5_it's \"odd\" \$(touch x) ; é.sql"
    file "$odd" <<<$'-- UP\nCREATE TABLE odd ();\n-- DOWN\nDROP TABLE odd;'
    file notes.txt <<<'no migration'
    for verb in status plan lint rehearse report 'up --dry-run'; do
        # shellcheck disable=SC2086
        is_m 0 $verb
        is 'leaves nothing' '' "$(statuses)"
        [[ $verb != report ]] || output=$errors
        like 'says what is not taken' '^ignored   notes.txt: ' "$output"
    done
    m status
    like 'status: a table' $'\n '"$stamp"' +\| create_users +\| pending \|' "$output"
    m plan
    like 'plan: the statements' $'\n '"${stamp}_5"' +\| it.s "odd".* \| 1 \| +2 \| CREATE TABLE odd \(\)' "$output"
    m rehearse
    like 'rehearse: what each does' $'\n '"$stamp"' +\| 1 \| CREATE TABLE +\| +[0-9.]+ \|' "$output"
    m report
    like 'report: only the report' '^### Migrations: 2 pending, 2 statements, no hazards' "$output"
    like 'with paths' "\`migrations/$users\`" "$output"
    is_m 0 report "it's a report.sarif"
    is 'in a file, by its name' 2.1.0 "$(jq -r .version "$here/it's a report.sarif")"
    is_m 0 load
    is 'shows what is new' "$(printf '%s\n' "added     $users" "added     $odd" \
        'ignored   notes.txt: not a .sql file' | sort)" "$(sort <<<"$output")"
    rm "$here/migrations/notes.txt"
    is_m 0 load
    is 'and nothing else' '' "$output$errors"
    is_m 3 status --check
    is_m 0 up "$stamp"
    like 'tells each' "^NOTICE:  applying 1 of 1: $stamp create_users"$'\n'"NOTICE:  applied $stamp create_users \(" "$errors"
    is 'ends there' "$stamp applied, ${stamp}_5 pending" "$(statuses)"
    is_m 0 up
    is 'the rest' 0 "$(sql 'SELECT pending FROM migrator.summary()')"
    is_m 0 status --check
    is_m 0 down --dry-run
    is 'nothing is undone' t "$(exists odd)"
    is_m 0 down 2
    is 'both are undone' 'f|f' "$(exists users)|$(exists odd)"
    is_m 0 up -1
    like 'rows of apply()' '\| create_users +\| applied' "$output"
    is_m 0 down -1
    is 'one is undone' 'f|t' "$(exists odd)|$(exists users)"
    is_m 0 up
    file "${stamp}_5_b.sql" <<<$'-- UP\nCREATE TABLE better ();\n-- DOWN\nDROP TABLE better;'
    rm "$here/migrations/$odd"
    is_m 0 redo
    is 'as it is now, after the old one was undone' 'f|t' "$(exists odd)|$(exists better)"

    echo '# what goes wrong'
    file "${stamp}_6_bad.sql" <<<$'SELECT 1;\nSELECT 1 / 0;'
    is_m 3 rehearse
    like 'the row says what' 'division by zero' "$output"
    is_m 3 up --dry-run
    like 'here too' '\| failed +\| division by zero' "$output"
    is_m 1 up
    like 'the error has its place' "division by zero.*file ${stamp}_6_bad\.sql line 2, statement 2 of 2" "$errors"
    is_m 3 status --check
    like 'a row for it' 'bad +\| failed' "$output"
    file "${stamp}_6_bad.sql" <<<'SELEC 1;'
    is_m 1 load
    like 'a syntax error has its place' "${stamp}_6_bad\.sql, line 1, column 1" "$errors"
    file "${stamp}_6_bad.sql" <<<"ALTER TABLE better ADD must int NOT NULL;"
    sql 'ALTER TABLE better ADD x int' 'INSERT INTO better VALUES (1)'
    is_m 3 lint
    like 'lint says what' "${stamp}_6, line 1: error: [^(]*\([^(]*\)[^(]* \(add-not-null-column\)" "$output"
    is_m 1 up 4711
    is_m 1 adopt
    is_m 1 adopt "flyway:it's"
    is_m 1 down 99999999999
    is 'an argument is a value and nothing else' t "$(exists better)"
    is_m 1 up "'); DROP TABLE better; --"
    is 'whatever it is' t "$(exists better)"
    is 'nothing that a name says was run' no "$([[ -e $here/x ]] && echo yes || echo no)"
    is 'no temporary file is left' '' "$(ls "$TMPDIR")"
}
shell=("$(command -v dash)")
path=$work/stubs:$PATH
a_day day_dash
shell=(bash --posix)
a_day day_bash
shell=("$work/busybox/sh")
path=$work/busybox
a_day day_busybox
path=$PATH
shell=("$(command -v dash)")

echo '# --strict, --keep-absent'
project strict
m init
file 1_a.sql <<<$'-- UP\nCREATE TABLE a ();\n-- DOWN\nDROP TABLE a;'
file 2_b.sql <<<$'-- UP\nCREATE TABLE b ();\n-- DOWN\nDROP TABLE b;'
is_m 0 up 1 --strict
loading=(load up redo status plan rehearse lint report adopt 'up --dry-run' 'up -1' 'status --check')
file add_budget.sql <<<'SELECT 1;'
for verb in "${loading[@]}"; do
    # shellcheck disable=SC2086
    is_m 1 $verb --strict
    like 'says which file' '1 \.sql file was left out.*"add_budget\.sql": the name does not begin with a version' "$errors"
done
is_m 0 load
like 'without it: a WARNING and a row' '^WARNING:  "add_budget.sql" was not loaded' "$errors"
rm "$here/migrations/add_budget.sql"
mv "$here/migrations/1_a.sql" "$here"
for verb in "${loading[@]}"; do
    # shellcheck disable=SC2086
    is_m 1 $verb --strict
    like 'says which file is gone' 'the file of migration 1 \(a\), which is applied, is gone' "$errors"
done
is_m 0 load --strict --keep-absent
is 'with it, nothing is gone' '' "$output$errors"
is 'nothing has run meanwhile' '1 applied, 2 pending' "$(statuses)"
mv "$here/1_a.sql" "$here/migrations"
mv "$here/migrations/2_b.sql" "$here"
is_m 0 load --keep-absent
is 'what is pending stays so' '1 applied, 2 pending' "$(statuses)"
is_m 0 load --strict
is 'else it is set aside, and said' 'absent    2_b.sql: pending: it is not run any more until its file is back' "$output"
is_m 3 status --check
like 'not everything is applied' '2 +\| b +\| absent .*its file is gone' "$output"
is_m 0 up --strict
is 'it is not run' f "$(exists b)"
is_m 0 up --keep-absent
is 'nor brought back by that' f "$(exists b)"

echo '# wrong arguments'
for arguments in '' 'bogus' 'up --bogus' 'up 1 2' 'load 1' 'new' 'new a b' 'down x' 'down -2' 'status --dry-run' 'down --loaded' \
    'up --check' 'init --loaded' 'load --dir' 'load --dir=' 'new --loaded a' 'redo 1' 'up --dry-run=x' '-- --help' \
    'down --strict' 'init --keep-absent' 'new --strict a' 'load --strict=x'; do
    # shellcheck disable=SC2086
    is_m 64 $arguments
done
is_m 64 up ''
is_m 64 new '.. / ..'
is_m 64 new 2027
is_m 0 --help
is 'documents each exit status that is tested' '0 1 2 3 64 66 69 130' "$(sed -n '/^exit status/,$s/^ *\([0-9][0-9]*\) .*/\1/p' <<<"$output" | xargs)"
m
like 'without a verb: the usage' '^usage: ' "$errors"

echo '# new'
m new --dir="$work/a dir's" $'../../Ünïcode  "x";\n$(rm -rf .)\\'
like 'any name makes a file in that directory' "^$work/a dir's/[0-9]{14}_Ünïcode_x_rm_rf\.sql\$" "$output"
is 'which is there' yes "$([[ -f $output ]] && echo yes)"
m new --dir "$work/two" a && m new --dir "$work/two" b
is 'two at once have two versions' 2 "$(find "$work/two" -name '*.sql' | sed 's/_[ab].sql//' | sort -u | wc -l)"
is_m 0 new --dir "$work/two" -- --help
is_m 66 new --dir "$work/errors" a
is_m 66 new --dir /proc a

echo '# the connection'
project connected
file 1_a.sql <<<$'-- UP\nCREATE TABLE a ();\n-- DOWN\nDROP TABLE a;'
url="postgresql:///connected?host=$PGHOST&port=$PGPORT&user=postgres"
PGHOST=/nowhere PGDATABASE=none PGUSER=none is_m 0 --url "$url" init
PGHOST=/nowhere PGDATABASE=none PGUSER=none is_m 0 up --url="host='$PGHOST' dbname=connected user=postgres"
is 'a URL, a connection string' '1 applied' "$(statuses)"
printf '%s\n' '[there]' "host=$PGHOST" "port=$PGPORT" dbname=connected user=postgres >"$work/services"
export PGSERVICEFILE=$work/services
PGHOST='' PGDATABASE='' PGUSER='' PGSERVICE=there is_m 0 down
is 'PGSERVICE' '1 pending' "$(statuses)"
PGAPPNAME='build 7' is_m 0 up
is 'PGAPPNAME is left alone' 'build 7' "$(sql 'SELECT application_name FROM migrator.history ORDER BY id DESC LIMIT 1')"
for verb in init load up down status report; do PGHOST=/nowhere is_m 2 $verb; done
PGDATABASE=none is_m 2 status
is_m 2 status --url 'postgresql://localhost:1/none'
file 2_end.sql <<<'SELECT pg_terminate_backend(pg_backend_pid());'
is_m 2 up
rm "$here/migrations/2_end.sql"
sql "SELECT migrator.unload('2')" >/dev/null

echo '# interrupted'
file 2_long.sql <<<'SELECT pg_sleep(600);'
set -m # a process group of its own, which gets the signal as that of a terminal does
(cd "$here" && exec dash "$client" up >"$work/errors" 2>&1) &
set +m
wait_for 'the migration' "SELECT count(*) = 1 FROM migrator.running WHERE sql ~ 'pg_sleep'"
kill -INT -- -$!
code=0
wait $! || code=$?
is 'exits 130' 130 "$code"
wait_for 'its end' 'SELECT count(*) = 0 FROM migrator.running'
is 'and leaves no temporary file' '' "$(ls "$TMPDIR")"
rm "$here/migrations/2_long.sql"
sql "SELECT migrator.unload('2')" >/dev/null

echo '# files, programs, rights'
for tool in base64 tar; do
    mkdir "$work/no_$tool"
    printf '%s\n' '#!/bin/sh' 'exit 2' >"$work/no_$tool/$tool"
    chmod +x "$work/no_$tool/$tool"
done
path=$work/no_tar:$PATH
is_m 66 up
path=$work/no_base64:$PATH
is_m 66 load
is_m 66 plan
path=$work/bare
is_m 69 status
path=$PATH
is_m 66 report nowhere/report.md
is_m 66 load --dir migrations/1_a.sql
is_m 0 load --dir "$here/migrations/"
mv "$here/migrations" "$here/the 'files'; x"
is_m 0 load --dir="the 'files'; x" --module "it's mine"
is 'another module' '1 pending' "$(statuses "it''s mine")"
is_m 3 status --check --loaded --module "it's mine"
# shellcheck disable=SC2016 # a placeholder
file V1__a.sql <<<'CREATE TABLE "${name}" ();'
is_m 0 load --module f --convention flyway --placeholders "{\"name\": \"it's\"}"
is 'placeholders' "CREATE TABLE \"it's\" ();" "$(sql "SELECT up FROM migrator.migration WHERE module = 'f'")"
is_m 1 load --module f --convention flywya
is_m 1 load --module f --placeholders '{'
sql 'CREATE ROLE nobody_here LOGIN'
for verb in load up status init; do PGUSER=nobody_here is_m 1 $verb --module g; done
like 'a role without rights is told' 'permission denied for schema migrator' "$errors"
roles=$(block sql 'CREATE ROLE app_owner')
psql -X -q -v ON_ERROR_STOP=1 <<<"${roles//DATABASE app/DATABASE connected}"
psql -X -q -v ON_ERROR_STOP=1 <<<"$(block sql migrator.load,)"
rm -r "$here/migrations"
file 1_own.sql <<<$'-- UP\nCREATE TABLE own ();\n-- DOWN\nDROP TABLE own;'
for verb in load status plan lint rehearse report up 'status --check' redo down; do
    # shellcheck disable=SC2086
    PGUSER=deployer is_m 0 $verb --module d
done
PGUSER=reader is_m 1 status --module d
PGUSER=reader is_m 0 status --loaded --module d
like 'a reader sees it without files' 'own +\| pending' "$output"
PGOPTIONS='-c default_transaction_read_only=on' is_m 0 status --loaded --module d

echo '# a terminal'
file 2_grant.sql <<<'GRANT SELECT ON a TO PUBLIC;'
on_terminal() { (cd "$here" && script -qec "$client $1" /dev/null); }
output=$(on_terminal 'lint --module d')
like 'colours' $'\e\\[33mwarning\e\\[m' "$output"
like 'progress' 'migrator: reading 2 files of migrations' "$output"
is 'no colours with NO_COLOR' '' "$(NO_COLOR=1 on_terminal 'lint --module d' | grep $'\e' || true)"
m lint --module d
is 'none elsewhere, nor progress' '' "$(grep $'\e' <<<"$output" || true)$errors"
is 'no temporary file is left' '' "$(ls "$TMPDIR")"
checked
