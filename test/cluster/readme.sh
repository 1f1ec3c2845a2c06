#!/usr/bin/env bash
# What README.md and docs show does what it says: the client, the loop for clients, the GRANTs, the recipe for CI.
set -euo pipefail
. test/cluster/checks.bash

server documented
database app
files work
mkdir "$files/migrations"
cp examples/*.sql "$files/migrations/"
count=$(find examples -name '*.sql' | wc -l)
loop=$(block sh '-cf migrations.tar . &&')
grants=$(block sql deploys)
recipe=$(block sh "CALL migrator.apply_each()")

shell() { # shell SCRIPT: as a client would, in a directory with migrations/; sets $output and $code
    code=0
    output=$(cd "$files" && sh -c "$1" 2>&1) || code=$?
}
new() { cat >"$files/migrations/$1"; } # new FILE <<<CONTENT

echo '# the client'
here=$files/project
mkdir "$here" "$files/bin"
printf '%s\n' '#!/bin/sh' "printf '%s\n' '-- UP' 'CREATE TABLE users (id bigint PRIMARY KEY);' '-- DOWN' 'DROP TABLE users;' >\"\$1\"" >"$files/bin/vi"
chmod +x "$files/bin/vi"
createdb by_client
PGDATABASE=by_client PATH=$files/bin:$PATH shows 'does what is shown' console 'migrator status' docs/client.md
statuses_of() { sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p' <(bin/migrator --help | sed '1,/^exit status/d') | xargs; }
is 'each exit status' "$(statuses_of)" "$(sed -n '/^| exit status/,/^$/s/^| \([0-9, ]*\) |.*/\1/p' docs/client.md | tr -d , | xargs)"

echo '# the loop for clients'
shell "$loop"
is 'exits 0' 0 "$code"
is 'loads every file' "$count" "$(sql 'SELECT count(*) FROM migrator.migration')"
is 'under its name' t "$(sql "SELECT bool_and(source ~ '^[0-9_]+_[a-z_]+\.sql\$') FROM migrator.migration")"
shell "$loop"
is 'again: nothing has changed' "$count" "$(grep -c unchanged <<<"$output")"
sql "SELECT count(*) FROM migrator.load_dir('$files/migrations', module => 'dir')" >/dev/null
is 'what it stored is what load_dir() stores' "$count" \
    "$(sql "SELECT count(*) FROM migrator.migration a
            JOIN migrator.migration b USING (version, name, checksum, reversible)
            WHERE a.module = 'main' AND b.module = 'dir' AND rtrim(a.up, E'\n') = rtrim(b.up, E'\n')
                  AND rtrim(a.down, E'\n') = rtrim(b.down, E'\n')")"
new 20270101_001_good.sql <<<'SELECT 1;'
new 20270102_001_bad.sql <<<'SELEC 2;'
shell "$loop"
is 'a file with a syntax error: exits 3' 3 "$code"
like 'says where' '20270102_001_bad\.sql, line 1, column 1: syntax error' "$output"
is 'loads nothing, the good one neither' "$count" "$(sql "SELECT count(*) FROM migrator.status()")"
rm "$files/migrations/20270102_001_bad.sql"
ln -s nowhere "$files/migrations/20270103_001_unreadable.sql"
shell "$loop"
like 'a link that leads nowhere is reported' '20270103_001_unreadable\.sql +\| a symbolic link' "$output"
is 'and not stored as an empty migration: one more file is there, the good one' "$((count + 1))" "$(sql "SELECT count(*) FROM migrator.status()")"
rm "$files"/migrations/2027*

echo '# the GRANTs'
sql 'DROP EXTENSION migrator' 'CREATE EXTENSION migrator' 'CREATE ROLE deployer LOGIN' 'CREATE ROLE reader LOGIN' \
    'CREATE ROLE other LOGIN' 'GRANT CREATE ON SCHEMA public TO deployer' # PUBLIC has lost that in PostgreSQL 15
sql "SELECT migrator.load('1', 'a', 'CREATE TABLE a ()', 'DROP TABLE a')" >/dev/null
psql -X -q -v ON_ERROR_STOP=1 <<<"$grants"
may() { # may ROLE CALL EXPECTED
    is "$1: ${2#SELECT }" "$3" "$(PGUSER=$1 psql -X -q -A -t -v VERBOSITY=sqlstate -c "$2" 2>&1)"
}
denied='ERROR:  42501'
for role in deployer reader; do
    may "$role" "SELECT version, status FROM migrator.status() WHERE version >= '1'" '1|pending'
    may "$role" "SELECT version, command FROM migrator.plan() ORDER BY version" '1|CREATE TABLE'
    may "$role" 'SELECT pending FROM migrator.summary()' '1'
    may "$role" 'SELECT count(*), max(version) FROM migrator.history' '0|'
    may "$role" 'DELETE FROM migrator.history_entry' "$denied"
    may "$role" 'SELECT up FROM migrator.migration' "$denied"
    may "$role" "SELECT migrator.accept('1', 'x')" "$denied"
    may "$role" "SELECT migrator.baseline('1')" "$denied"
    may "$role" "SELECT migrator.load_dir('$files')" "$denied"
done
may reader 'SELECT status FROM migrator.apply()' "$denied"
may reader 'SELECT status FROM migrator.rollback()' "$denied"
may reader "SELECT migrator.load('2', 'b', '')" "$denied"
may reader 'CALL migrator.apply_each()' "$denied"
may reader 'CALL migrator.rollback_each()' "$denied"
for role in deployer reader; do
    may "$role" 'SELECT count(*) FROM migrator.running' 0
    may "$role" 'SELECT count(*) FROM migrator.statement_history' 0
done
may other 'SELECT status FROM migrator.status()' "$denied"
may deployer 'SELECT status FROM migrator.apply()' 'applied'
may deployer 'SELECT status FROM migrator.rollback(1)' 'rolled_back'
may deployer 'CALL migrator.apply_each()' ''
may deployer 'CALL migrator.rollback_each()' ''
may deployer "SELECT migrator.load('2', 'b', 'SELECT 2', 'SELECT -2')" 'added'
may deployer 'SELECT status FROM migrator.apply()' $'applied\napplied'
may deployer "SELECT status FROM migrator.rollback_to('1')" 'rolled_back'
may deployer "SELECT migrator.load_file('2_b.sql', 'SELECT 3')" '(2,b,changed,2_b.sql,)'
may reader "SELECT max(version) FROM migrator.status() WHERE status = 'applied'" '1'
sql 'SELECT FROM migrator.rollback()' 'DROP EXTENSION migrator' 'CREATE EXTENSION migrator' >/dev/null
psql -X -q -v ON_ERROR_STOP=1 <<<"$grants"

echo '# the recipe for CI'
state() {
    sql "SELECT applied, pending, (SELECT count(*) FROM migrator.history), to_regclass('good') IS NOT NULL
         FROM migrator.summary()"
}
shell "$recipe"
is 'exits 0' 0 "$code"
is 'everything is applied' "$count|0|$count|f" "$(state)"
is 'by the deployer, who owns it' 'deployer|deployer|deployer' \
    "$(sql "SELECT DISTINCT run_by, session_role, tableowner FROM migrator.history, pg_tables
            WHERE tablename = 'users'")"
shell "$recipe"
is 'again: exits 0' 0 "$code"
is 'nothing more is done' "$count|0|$count|f" "$(state)"

new 20270101_001_good.sql <<<'CREATE TABLE good ();'
new 20270102_001_bad.sql <<<'SELECT 1; SELECT 1 / 0;'
shell "$recipe"
documented=$(sed -n 's/.*makes psql exit \([0-9]\).*/\1/p' docs/ci.md)
is 'a migration that fails: exits as documented' "$documented" "$code"
like 'the plan showed it' '20270102_001 \| bad +\| +2 \| +1 \| SELECT +\| SELECT 1 / 0' "$output"
like 'the error has its place' \
    'division by zero.*20270102_001 \(bad\), file 20270102_001_bad\.sql line 1, statement 2 of 2' "$output"
is 'the good one before it stays, the failure is on record' "$((count + 1))|0|$((count + 2))|t" "$(state)"

new 20270102_001_bad.sql <<<'SELECT 1; SELEC 2;'
shell "$recipe"
is 'a syntax error: exits 3' 3 "$code"
is 'the loaded one stays' 'SELECT 1; SELECT 1 / 0;' \
    "$(sql "SELECT up FROM migrator.migration WHERE version = '20270102_001'")"
new 20270102_001_bad.sql <<<'SELECT 1;'
shell "$recipe"
is 'once it is corrected: exits 0' 0 "$code"
is 'both are applied' "$((count + 2))|0|$((count + 3))|t" "$(state)"

new 20270102_001_bad.sql <<<'SELECT 2;'
shell "$recipe"
is 'a file that was edited after it was applied: does not exit 0' 1 "$((code != 0))"
like 'says so' 'migration 20270102_001 \(bad\) was changed after it was applied' "$output"
checked
