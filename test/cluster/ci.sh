#!/usr/bin/env bash
# Deployments of docs/ci.md: each row of what makes one fail is made to happen, with the client and with psql alone.
set -euo pipefail
. test/cluster/checks.bash
. test/cluster/ci.bash

application app
commit=0123456789abcdef0123456789abcdef01234567
state() { sql "SELECT string_agg(version || ' ' || status, ', ' ORDER BY version) FROM migrator.status()"; }
rows() { sed -n '/^| what is wrong/,/^$/p' "$page" | sed '1,2d; /^$/d'; }
rows_seen=$files/rows
wrong() { # wrong ROW PATTERN [STATUS PATTERN [NAME=VALUE..]]: a row of the page, then what psql alone exits with and says
    local row=$1 pattern=$2 by_psql=${3:-} says=${4:-$2} line
    line=$(rows | grep -F "| $row") || { echo "$page has no such row: $row" && exit 1; }
    echo "$line" >>"$rows_seen"
    in_project env "${@:5}" ci/deploy.sh
    exits "$row" "$(cut -d '|' -f 3 <<<"$line" | tr -d ' ')" "$pattern"
    [[ -n $by_psql ]] || return 0
    in_project env "${@:5}" ci/by_psql.sh
    exits "$row, psql" "$by_psql" "$says"
}
deployed() { # deployed WHAT: both scripts end well
    in_project ci/deploy.sh
    exits "$1" 0 "${2:-}"
    in_project ci/by_psql.sh
    exits "$1, psql" 0
}

echo '# a deployment'
new 1_orders.sql <<<$'-- UP\nCREATE TABLE orders (id bigint PRIMARY KEY);\n-- DOWN\nDROP TABLE orders;'
new 2_plan.sql <<<$'-- UP\nALTER TABLE users ADD plan text;\n-- DOWN\nALTER TABLE users DROP plan;'
in_project env BUILD=1234567890 COMMIT=$commit REHEARSE=yes ci/deploy.sh
exits 'with a rehearsal' 0 'NOTICE:  rehearsed 2 plan.*NOTICE:  applied 2 plan'
is 'all is applied' '1 applied, 2 applied' "$(state)"
is 'build and commit are on record, in full' "2|build 1234567890 of $commit|deployer|app_owner" \
    "$(sql 'SELECT count(*), application_name, session_role, run_by FROM migrator.history GROUP BY 2, 3, 4')"
is 'what is cut is at 63 bytes' 63 "$(PGAPPNAME=$(printf %080d 1) sql "SELECT length(current_setting('application_name'))" 2>/dev/null)"
deployed 'again'
is 'nothing more is done' 2 "$(sql 'SELECT count(*) FROM migrator.history')"
new 3_index.sql <<<$'-- UP\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n-- DOWN\nDROP INDEX CONCURRENTLY users_email;'
in_project env BUILD=8 COMMIT=$commit REHEARSE=yes ci/by_psql.sh
exits 'psql alone' 0 'NOTICE:  applied 3 index'
is 'on record likewise' "3|build 8 of $commit" "$(sql 'SELECT version, application_name FROM migrator.history ORDER BY id DESC LIMIT 1')"

for shell in "busybox sh" "bash --posix"; do
    for script in deploy by_psql review together; do
        # shellcheck disable=SC2086 # two words
        in_project $shell "ci/$script.sh"
        exits "$script.sh: $shell" 0
    done
done

echo '# what makes it fail'
new 4_good.sql <<<'CREATE TABLE good (id bigint PRIMARY KEY);'
new 5_bad.sql <<<$'SELECT 1;\nUPDATE users SET plam = 1 WHERE id = 1;'
wrong 'the rehearsal fails' '5 +\| 2 \| UPDATE +\|.*column "plam"' 3 'column "plam".*file 5_bad.sql line 2, statement 2 of 2' REHEARSE=yes
is 'nothing is done' '1 applied, 2 applied, 3 applied, 4 pending, 5 pending' "$(state)"
wrong 'a statement fails' 'column "plam".*file 5_bad.sql line 2, statement 2 of 2' 3
is 'what came before it is' '1 applied, 2 applied, 3 applied, 4 applied, 5 failed' "$(state)"

mv "$project/migrations/5_bad.sql" "$files"
wrong 'the file of one that has never run is gone' '5 +\| bad +\| absent .*its file is gone.*SELECT migrator.unload\(VERSION\)' 3 '5\|bad\|absent\|its file is gone'
new 6_others.sql <<<'CREATE TABLE others (id bigint PRIMARY KEY);'
wrong 'the file of one that has never run is gone' 'absent    5_bad.sql: failed: it is not run any more.*applied 6 others'
is 'all others are applied' '1 applied, 2 applied, 3 applied, 4 applied, 5 absent, 6 applied' "$(state)"
PGUSER=deployer psql -X -q -c "SELECT migrator.unload('5')" >/dev/null
deployed 'once it is unloaded, which deployer may do'

new 7_syntax.sql <<<$'SELECT 1;\nSELEC 2;'
wrong 'a syntax error' '7_syntax.sql, line 2, column 1: syntax error' 3
new 7_syntax.sql <<<'\i other.sql'
wrong 'a syntax error' '7_syntax.sql, line 1, column 1: ' 3
new 7_syntax.sql <<<'SELECT 1;'
new 7_second.sql <<<'SELECT 2;'
wrong 'a syntax error' '7_second.sql.*7_syntax.sql' 3
remove 7_syntax.sql 7_second.sql

cp "$project/migrations/1_orders.sql" "$files"
sed -i 's/id bigint/id int/' "$project/migrations/1_orders.sql"
wrong 'an applied file was edited' 'migration 1 \(orders\) was changed after it was applied.*"bigint" is now "int"' 3
sed 's/^-- UP/-- UP\n-- orders/' "$files/1_orders.sql" >"$project/migrations/1_orders.sql"
deployed 'a comment that was edited' 'changed   1_orders.sql'
cp "$files/1_orders.sql" "$project/migrations"

new 1_5_late.sql <<<'SELECT 1;'
wrong 'an older version came late' 'migration 1_5 \(late\) is out of order' 3
remove 1_5_late.sql

new 7_must.sql <<<'ALTER TABLE users ADD must int NOT NULL;'
wrong 'lint() has an error' '7, line 1: error: .*\(add-not-null-column\)' 3 'add-not-null-column'
remove 7_must.sql

new add_budget.sql <<<'SELECT 1;'
new 2026-04-01-add_budget.txt <<<'notes'
wrong 'a `.sql` file without a version' '1 \.sql file was left out.*"add_budget.sql": the name does not begin with a version' 3
remove add_budget.sql 2026-04-01-add_budget.txt

mv "$project/migrations/2_plan.sql" "$files"
wrong 'the file of an applied migration is gone' 'the file of migration 2 \(plan\), which is applied, is gone' 3
cp "$files/2_plan.sql" "$project/migrations/7_plan.sql"
wrong 'the file of an applied migration has another name' '"7_plan.sql" has the text of "2_plan.sql"' 3
remove 7_plan.sql
mv "$files/2_plan.sql" "$project/migrations"

before=$(state)
new 7_pending.sql <<<'CREATE TABLE pending (id bigint PRIMARY KEY);'
wrong 'a module that does not exist' 'module biling does not exist.*Modules are: main' 3 '' MODULE=biling
is 'and is not made' main "$(sql "SELECT string_agg(DISTINCT module, ',') FROM migrator.migration")"
setting='a setting that does not exist, or a value'
wrong "$setting" 'invalid value for parameter "migrator.on_hazard": "eror".*Nothing was run.*Available values: ignore, warn, error' 3 '' PGOPTIONS='-c migrator.on_hazard=eror'
wrong "$setting" 'invalid configuration parameter name "migrator.on_hazzard".*Nothing was run' 3 '' PGOPTIONS='-c migrator.on_hazzard=error'
for of in 'DATABASE app' 'ROLE deployer' 'ROLE deployer IN DATABASE app'; do
    sql "ALTER $of SET migrator.max_lock_wait = '5s'"
    wrong "$setting" 'invalid configuration parameter name "migrator.max_lock_wait".*Nothing was run' 3
    sql "ALTER $of RESET migrator.max_lock_wait" "ALTER $of SET migrator.max_rewrite_size = '1x'"
    wrong "$setting" 'invalid value for parameter "migrator.max_rewrite_size": "1x".*Nothing was run' 3
    sql "ALTER $of RESET migrator.max_rewrite_size"
done
sed "s/^\\\\set tar/SET migrator.on_hazard = 'eror';\n&/" "$project/ci/by_psql.sh" >"$project/ci/mistyped.sh"
in_project sh ci/mistyped.sh
exits 'as the first statement' 3 'invalid value for parameter "migrator.on_hazard": "eror".*Nothing was run'
is 'none of them has run anything' "$before, 7 pending" "$(state)"
wrong 'no rights; no extension' 'permission denied for function load_tar' 3 '' PGUSER=reader
wrong 'no rights; no extension' 'the extension is not in this database' 3 'schema "migrator" does not exist' PGUSER=postgres PGDATABASE=postgres
wrong 'no connection' 'No such file or directory' 2 '' PGHOST=/nowhere

new 7_pending.sql <<<'ALTER TABLE users ADD slow int; SELECT pg_sleep(0.3);'
wrong 'a lock is held longer' 'has held a lock on public.users for longer' 3 '' PGOPTIONS='-c migrator.max_lock_hold=100ms -c migrator.on_hazard=ignore'
sql "SELECT migrator.load('1', 'sleeps', 'SELECT pg_sleep(600)', module => 'other')" >/dev/null
PGUSER=postgres PGAPPNAME=holder psql -X -q -c "SELECT FROM migrator.apply(module => 'other')" >"$files/holder" 2>&1 &
wait_for 'the other run' "SELECT count(*) = 1 FROM migrator.running WHERE sql ~ 'pg_sleep'"
wrong 'another run does not end' 'another migration run is in progress.*user postgres.*holder.*pg_sleep|migrator.apply\(module' 3 '' PGOPTIONS='-c migrator.lock_wait=0'
in_project env REHEARSE=yes PGOPTIONS='-c migrator.lock_wait=0' ci/review.sh
exits 'a review that cannot rehearse then' 1 'This should not be merged:.*Not rehearsed: another migration run is in progress'
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'" >/dev/null
wait_for 'its end' 'SELECT count(*) = 0 FROM migrator.running'

mv "$project/migrations" "$files/aside"
wrong 'no directory' 'there is no directory migrations'
in_project ci/by_psql.sh
like 'psql does not get that far' '[12]' "$code"
mkdir "$project/migrations"
wrong 'no directory' 'there are no files in migrations' 3 'no migration was found'
rmdir "$project/migrations"
mv "$files/aside" "$project/migrations"
mv "$project/migrations/7_pending.sql" "$project/migrations/8_later.sql"
new 8_later.sql <<<'ALTER TABLE users ADD slow int; SELECT pg_sleep(0.3);'
deployed 'a pending file with another date' 'renamed   8_later.sql: was 7.*applied 8 '
is 'runs once' "$before, 8 applied" "$(state)"

echo '# what was reviewed is what runs'
new 90_note.sql <<<$'-- UP\nALTER TABLE users ADD note text;\n-- DOWN\nALTER TABLE users DROP note;'
in_project ci/review.sh
exits 'the review leaves a token' 0
token=$(<"$project/plan-token.txt")
like 'of the plan' '^v1\.' "$token"
like 'and a report for a browser' '^<!DOCTYPE html>' "$(head -n 1 "$project/report.html")"
in_project env PGUSER=deployer migrator up --dry-run --expect "$token"
exits 'a dry run expects it' 0
new 91_more.sql <<<'SELECT 91;'
wrong 'the plan is not the one that was reviewed' 'what would run now is not what was reviewed.DETAIL:  migrations that were not pending: 91 \(more\)' '' '' "EXPECT=$token"
in_project env PGUSER=deployer migrator up -1 --expect="$token"
exits 'in one transaction likewise' 1 'what would run now is not what was reviewed'
remove 91_more.sql
sql 'ALTER TABLE users ADD surprise int'
wrong 'the plan is not the one that was reviewed' 'DETAIL:  objects that have changed: table public.users' '' '' "EXPECT=$token"
sql 'ALTER TABLE users DROP surprise'
in_project env EXPECT="$token" ci/deploy.sh
exits 'the plan that was reviewed' 0 'applied 90 note'
in_project env EXPECT="$token" ci/deploy.sh
exits 'once more' 0
in_project env PGUSER=deployer migrator up --expect ''
exits 'no token' 64 'needs a value'
in_project env PGUSER=deployer migrator up --expect nonsense
exits 'another word' 1 'this is not a plan token'
in_project migrator plan --expect "$token"
exits 'a verb that runs nothing' 64 'plan has no option --expect'
is 'each row was tested' "$(rows | sort)" "$(sort -u "$rows_seen")"
printf '%s\n' '#!/bin/sh' 'exit 1' >"$project/ci/base64"
chmod +x "$project/ci/base64"
in_project ci/by_psql.sh
exits 'base64 fails, psql' 3 'no migration was found|archive'
printf '%s\n' '#!/bin/sh' 'exit 2' >"$project/ci/tar"
chmod +x "$project/ci/tar"
in_project ci/by_psql.sh
exits 'tar fails, psql' 2
in_project ci/deploy.sh
exits 'tar fails' 66 'not all of migrations can be read'
rm "$project/ci/tar" "$project/ci/base64"
checked
