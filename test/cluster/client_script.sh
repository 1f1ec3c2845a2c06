#!/usr/bin/env bash
# bin/migrator: every verb, option and exit status, in dash, bash and busybox's sh; and that a new database made from
# the baseline of init is dumped as the old one is.
set -euo pipefail
. test/cluster/checks.bash

client=$PWD/bin/migrator
server client wal_level=logical
files work
work=$files
export TMPDIR=$work/tmp
mkdir "$TMPDIR" "$work/stubs" "$work/busybox" "$work/bare"
unset PGOPTIONS # it hides the NOTICEs

# Tools without long options and without -w, as on macOS; those of Alpine; and none of psql's.
for tool in tar base64 find sed tr date mktemp; do
    printf '%s\n' '#!/bin/sh' 'case " $*" in *" --"* | *" -w"*) echo "illegal option: $*" >&2 && exit 64 ;; esac' \
        "exec $(command -v $tool) \"\$@\"" >"$work/stubs/$tool"
done
chmod +x "$work"/stubs/*
for tool in sh tar base64 find sed tr date mktemp cat grep head wc rm mkdir sleep; do
    ln -s "$(command -v busybox)" "$work/busybox/$tool"
    ln -s "$(command -v "$tool")" "$work/bare/$tool"
done
ln -s "$CLUSTER_BIN"/{psql,pg_dump,pg_restore} "$work/busybox"
path=$PATH
shell=(sh)

m() { # m ARGUMENT..: run it in $here, with the tools in $path; sets $code, $output and $errors
    code=0
    output=$(cd "$here" && PATH=$path && exec "${shell[@]}" "$client" "$@" </dev/null 2>"$work/errors") || code=$?
    errors=$(<"$work/errors")
}
is_m() { # is_m STATUS ARGUMENT..: that it ends so
    m "${@:2}"
    is "${*:2}: exits $1" "$1" "$code"
    [[ $code == "$1" ]] || printf '%s\n' "$output" "$errors"
}
project() { # project NAME: a new database, and a new directory to be in
    here=$work/$1
    mkdir "$here"
    createdb "$1"
    export PGDATABASE=$1
}
file() { # file NAME <<<CONTENT
    mkdir -p "$here/migrations"
    cat >"$here/migrations/$1"
}
statuses() { sql "SELECT string_agg(version || ' ' || status, ', ' ORDER BY version) FROM migrator.status('${1:-main}')"; }
exists() { sql "SELECT to_regclass('$1') IS NOT NULL"; }

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
        like 'says what is not taken' '^skipped   notes.txt: ' "$output"
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
        'skipped   notes.txt: not a .sql file' | sort)" "$(sort <<<"$output")"
    rm "$here/migrations/notes.txt"
    is_m 0 load
    is 'and nothing else' '' "$output$errors"
    is_m 3 status --check
    is_m 0 up "$stamp"
    like 'tells each' "^NOTICE:  applied $stamp create_users \(" "$errors"
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

echo '# wrong arguments'
for arguments in '' 'bogus' 'up --bogus' 'up 1 2' 'load 1' 'new' 'new a b' 'down x' 'down -2' 'status --dry-run' 'down --loaded' \
    'up --check' 'init --loaded' 'load --dir' 'load --dir=' 'new --loaded a' 'redo 1' 'up --dry-run=x' '-- --help'; do
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
sql 'CREATE ROLE nobody_here LOGIN' 'CREATE ROLE deployer LOGIN' 'CREATE ROLE reader LOGIN'
for verb in load up status init; do PGUSER=nobody_here is_m 1 $verb --module g; done
like 'a role without rights is told' 'permission denied for schema migrator' "$errors"
psql -X -q <<<"$(readme sql deploys)"
sql 'GRANT CREATE ON SCHEMA public TO deployer'
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

echo '# init of a database with tables'
project old
psql -X -q -v ON_ERROR_STOP=1 <<'SQL'
CREATE ROLE "app; owner";
CREATE ROLE app_reader;
CREATE ROLE bystander;
CREATE SCHEMA "Odd ""Schema""; -- DOWN";
CREATE TYPE mood AS ENUM ('so; so', 'it''s');
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, m mood, n serial UNIQUE);
COMMENT ON COLUMN users.name IS 'the
-- DOWN
name';
ALTER TABLE users OWNER TO "app; owner";
CREATE TABLE "Odd ""Schema""; -- DOWN"."-- UP" (a int REFERENCES users (n), CHECK (a > 0)) PARTITION BY RANGE (a);
CREATE TABLE migrator_1 PARTITION OF "Odd ""Schema""; -- DOWN"."-- UP" DEFAULT;
CREATE INDEX ON users (lower(name)) WHERE name <> ';';
CREATE FUNCTION secret() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT '
CREATE EXTENSION IF NOT EXISTS migrator WITH SCHEMA migrator;
COMMENT ON EXTENSION migrator IS ''x'';
' $$;
REVOKE ALL ON FUNCTION secret() FROM PUBLIC;
CREATE FUNCTION seen(a int) RETURNS int BEGIN ATOMIC SELECT a + 1; END;
CREATE FUNCTION on_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "a; b" BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION on_row();
CREATE VIEW names AS SELECT name FROM users;
CREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM users;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON users TO "app; owner" USING (name = current_user);
GRANT SELECT ON users TO app_reader;
GRANT USAGE ON SCHEMA "Odd ""Schema""; -- DOWN" TO app_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app_reader;
CREATE PUBLICATION news FOR TABLE users;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
CREATE USER MAPPING FOR bystander SERVER far OPTIONS (password 'secret1');
SET client_min_messages = error;
CREATE SUBSCRIPTION feed CONNECTION 'host=/nowhere password=secret2' PUBLICATION p WITH (connect = false, slot_name = NONE);
INSERT INTO users (name) VALUES ('kept where it is');
CREATE EXTENSION migrator;
COMMENT ON EXTENSION migrator IS 'ours';
GRANT USAGE ON SCHEMA migrator TO bystander;
GRANT EXECUTE ON FUNCTION migrator.status TO bystander;
GRANT SELECT ON migrator.history TO bystander;
CREATE VIEW uses_migrator AS SELECT version FROM migrator.status();
SQL
path=$work/bare
ln -s "$CLUSTER_BIN/psql" "$work/bare"
is_m 69 init
is 'without pg_dump there is no file' '' "$(ls "$here/migrations")"
path=$PATH
is_m 0 init
day=$(date -u +%Y%m%d)
is 'writes a file' "${day}_000_baseline.sql" "$(ls "$here/migrations")"
is 'which counts as applied' "${day}_000 baseline" "$(statuses)"
is 'and says which roles it needs' "migrator: wrote migrations/${day}_000_baseline.sql, which names the roles \"app; owner\", app_reader" "$errors"
baseline=$here/migrations/${day}_000_baseline.sql
is 'as the file does' "\"app; owner\", app_reader" "$(sed -n 's/^-- Roles that it names.*: //p' "$baseline")"
is 'nothing of the extension but what the function says, nothing of owners and passwords' "$(printf '%s\n' \
    'CREATE EXTENSION IF NOT EXISTS migrator WITH SCHEMA migrator;' "COMMENT ON EXTENSION migrator IS ''x'';")" "$(grep -E \
    'OWNER TO|secret[12]|bystander|tablespace|SUBSCRIPTION|SCHEMA migrator|FUNCTION migrator|EXTENSION migrator' "$baseline")"
is_m 0 status --check
is_m 0 init
like 'a second time: nothing' 'are there: see migrator status' "$errors"
is 'the data are' 1 "$(sql 'SELECT count(*) FROM users')"
m new 'add x'
printf '%s\n' '-- UP' 'ALTER TABLE users ADD x int;' '-- DOWN' 'ALTER TABLE users DROP x;' >"$here/$output"
is_m 0 up
is 'what is written later is later' "${day}_000 baseline" "$(statuses | cut -d, -f1)"
is_m 0 redo

schema() { # schema DATABASE: without what is left out on purpose
    pg_dump -s -O -d "$1" | sed -e '/^\\\(un\)\?restrict /d' -e '/^CREATE SUBSCRIPTION/d' -e '/^-- Name: \(feed\|USER MAPPING\)/d' \
        -e '/^CREATE USER MAPPING/,/;$/d' -e '/TO bystander;$/d' -e '/^-- Name: .*; Type: ACL; Schema: \(migrator\|-\)/d' \
        -e '/^COMMENT ON EXTENSION/d' -e '/^-*$/d'
}
from=$here
project new
cp -r "$from/migrations" "$here"
is_m 0 init
like 'a new database: is made by up' 'migrator new makes files' "$errors"
is_m 0 up
is 'it is as the old one, but for the rows' '' "$(diff <(schema old) <(schema new))"
is 'the check can fail' 1 "$(diff <(schema old) <(schema connected) | grep -c 'CREATE POLICY')"
is 'it is closed where the old one is' f "$(sql "SELECT has_function_privilege('bystander', 'public.secret()', 'EXECUTE')")"

project staging
sql 'CREATE EXTENSION migrator' 'SET client_min_messages = error'
psql -X -q -v ON_ERROR_STOP=1 -f "$baseline" >/dev/null
cp -r "$from/migrations" "$here"
is_m 0 init
is 'with the file there: it counts as applied, the later one does not' "${day}_000 baseline" "$(statuses | cut -d, -f1)"
is_m 3 status --check
is_m 0 up
is_m 0 status --check

project without_grants
sql 'CREATE TABLE t ()' 'GRANT SELECT ON t TO app_reader'
is_m 0 init --no-privileges
is '--no-privileges: no GRANT, no role' '' "$(grep -E 'GRANT|app_reader' "$here"/migrations/*)"

project dbmate
sql 'CREATE TABLE schema_migrations (version varchar PRIMARY KEY)' "INSERT INTO schema_migrations VALUES ('1')" 'CREATE TABLE a ()'
file 1_a.sql <<<$'-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;'
file 2_b.sql <<<$'-- migrate:up\nCREATE TABLE b ();\n-- migrate:down\nDROP TABLE b;'
is_m 0 init
like 'the files of another tool: no baseline, but what to do' 'migrator adopt; otherwise' "$errors"
is 'nothing is loaded' '' "$(statuses)"
is_m 0 adopt
is 'adopted' '1 applied, 2 pending' "$(statuses)"
is_m 0 up
is_m 0 adopt dbmate

rm "$here"/migrations/*
dropdb dbmate
createdb dbmate
sql 'CREATE TABLE a ()'
file V1__baseline.sql <<<'CREATE TABLE a ();'
is_m 0 init
like 'a name that is of another tool is no baseline of this one' 'no \.\.\._baseline\.sql in migrations' "$errors"

project latin1
dropdb latin1
createdb -E LATIN1 -T template0 latin1
sql "CREATE TABLE t (a text DEFAULT 'é')"
PGCLIENTENCODING=UTF8 is_m 0 init
is 'the file is in the encoding of the database' 1 "$(LC_ALL=C grep -c $'DEFAULT \'\xe9\'' "$here"/migrations/*)"
is 'and not read otherwise' t "$(sql "SELECT up ~ 'DEFAULT ''é''' FROM migrator.migration")"
is 'no temporary file is left' '' "$(ls "$TMPDIR")"
checked
