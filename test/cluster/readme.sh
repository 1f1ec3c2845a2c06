#!/usr/bin/env bash
# What docs/client.md shows does what it says: the client, the loop for clients.
set -euo pipefail
. test/cluster/checks.bash

server documented
database app
files work
mkdir "$files/migrations"
cp examples/*.sql "$files/migrations/"
count=$(find examples -name '*.sql' | wc -l)
loop=$(block sh '-cf migrations.tar . &&')

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

checked
