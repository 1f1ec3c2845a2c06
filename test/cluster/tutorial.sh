#!/usr/bin/env bash
# The tutorial of README.md from its first line to its last, and docs/client.md: what they show is what comes.
set -euo pipefail
. test/cluster/checks.bash

server tutorial
files work
here=$files
written() { cp "$1" "$here"/migrations/*_"$2".sql; } # written FILE NAME: into what migrator new has made

echo '# README.md'
page=README.md
export PGDATABASE=app
shows 'a new project' console 'migrator init' $page
block sql 'CREATE TABLE users' $page >"$files/first"
written "$files/first" create_users
shows 'rehearse, up' console 'migrator rehearse' $page
is 'the line is the one that is said' '    email text NOT NULL UNIQUE' "$(sed -n 4p "$here"/migrations/*)"
sed -i '4s/ text/ varchar(320)/' "$here"/migrations/*
shows 'an edit' console 'was changed after' $page
shows 'in psql: back, and the new text' '' 'migrator.rollback(1)' $page
is 'it has the new type' 'character varying(320)' "$(sql "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'email'")"
in_shell <<<"\$ migrator new add_plan" >/dev/null
block sql plann $page >"$files/second"
written "$files/second" add_plan
shows 'a slip' console plann $page
sed -i s/plann/plan/ "$here"/migrations/*_add_plan.sql
in_shell <<<"\$ migrator up" >/dev/null
is 'corrected, it runs' '2|0' "$(sql 'SELECT applied, pending FROM migrator.summary()')"
is 'every block of the page was run' '' "$(untested $page)"
rm -r "$here/migrations" "$files"/{first,second}
dropdb app

echo '# a database that is there already, without the client'
page=docs/client.md
createdb app
sql 'CREATE TABLE users (id bigint PRIMARY KEY, email text)' 'CREATE VIEW emails AS SELECT email FROM users'
mkdir "$here/migrations"
in_here() { # in_here WORDS: the script that has them
    local script
    script=$(block sh "$1" $page)
    (cd "$here" && sh -c "$script" 2>&1)
}
is 'the schema is dumped, the extension created' 'CREATE EXTENSION' "$(in_here baseline.sql)"
sql "SELECT migrator.load_dir('$here/migrations')" >/dev/null
is 'baseline' '20260101_000|baseline|baseline|' "$(sql "$(block sql baseline $page)")"
createdb empty
PGDATABASE=empty sql 'CREATE EXTENSION migrator' "SELECT migrator.load_dir('$here/migrations')" 'CALL migrator.apply_each()' >/dev/null
is 'it makes the same schema' '' "$(in_here 'diff ')"
PGDATABASE=empty sql 'DROP VIEW emails'
like 'a difference would show' 'CREATE VIEW' "$(in_here 'diff ')"
rm -r "$here/migrations"

echo '# from psql'
database psql
mkdir "$here/migrations"
block sql 'CREATE TABLE users' README.md >"$here/migrations/20261130215920_create_users.sql"
shows 'a tar archive' '' '\set tar' $page
sql "SELECT migrator.unload('20261130215920')" >/dev/null

echo '# from pgAdmin'
file=$(block sql '$mig$' $page)
call=$(block sql 'CALL migrator.apply_each();' $page)
is 'the file' '20260315_001|add_tags|added|20260315_001_add_tags.sql|' "$(sql "$file")"
like 'together they are refused' 'ERROR:  25001: ' "$(error_of "$file $call")"
is 'alone' '' "$(sql "$call")"
is 'it is applied' 1 "$(sql 'SELECT applied FROM migrator.summary()')"
checked
