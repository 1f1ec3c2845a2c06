#!/usr/bin/env bash
# The sessions of psql in docs: each is run in a database that is as the page says, and prints what the page shows.
set -euo pipefail
. test/cluster/checks.bash

server sessions autovacuum=off
files work
here=$files
load() { # load FILE [MODULE] <<<CONTENT
    sql "SELECT FROM migrator.load_file('$1', \$content\$$(cat)\$content\$, module => '${2:-main}')"
}

echo '# docs/rehearse-and-lint.md'
database app
sql 'CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL, total numeric NOT NULL)' \
    'INSERT INTO orders SELECT id, id, id FROM generate_series(1, 100000) id' \
    'CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL)' \
    "INSERT INTO customers SELECT id, 'c' || id || '@example.com' FROM generate_series(1, 100000) id" \
    'ANALYZE orders, customers'
load 20260501_001_wider_ids.sql <<<$'-- UP\nALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ALTER COLUMN id TYPE bigint;\n-- DOWN\nSELECT 1;'
load 20260501_002_customers_email.sql <<<$'-- UP\nCREATE INDEX CONCURRENTLY customers_email ON customers (email);\n-- DOWN\nSELECT 1;'
load 20260501_003_vacuum.sql <<<$'-- UP\nVACUUM customers;\n-- DOWN\nSELECT 1;'
shows 'rehearse()' '' 'FROM migrator.rehearse()' docs/rehearse-and-lint.md
shows 'lint()' '' 'FROM migrator.lint()' docs/rehearse-and-lint.md
for file in 1_wider_ids 2_customers_email 3_vacuum; do sql "SELECT migrator.unload('20260501_00${file%%_*}')" >/dev/null; done
load 20260502_001_contact.sql <<<'ALTER TABLE customers RENAME COLUMN email TO contact;'
load 20260502_002_lower.sql <<<'UPDATE customers SET email = lower(email);'
shows 'conflicts()' '' 'FROM migrator.conflicts()' docs/rehearse-and-lint.md

echo '# docs/running.md'
database halfway
load 20260331_001_users.sql earlier <<<'CREATE TABLE users (id bigint, email text);'
sql "SELECT FROM migrator.apply(module => 'earlier')" "INSERT INTO users SELECT id, 'u' || least(id, 2) FROM generate_series(1, 3) id" >/dev/null
load 20260401_001_add_plan.sql <<<'ALTER TABLE users ADD COLUMN plan text;'
load 20260401_002_unique_email.sql <<<'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (lower(email));'
load 20260402_001_require_plan.sql <<<$'UPDATE users SET plan = \'free\';'
shows 'fails, and goes on' '' 'UPDATE users SET email' docs/running.md
block sql 'lock_timeout=500ms' docs/running.md | load 20260403_001_add_note.sql
mkfifo "$files/session"
psql -X -q -o /dev/null <"$files/session" &
exec {session}>"$files/session"
echo 'BEGIN; SELECT count(*) FROM users;' >&"$session"
wait_for 'somebody reads' "SELECT count(*) = 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"
PGOPTIONS='' psql -X -c 'CALL migrator.apply_each()' >/dev/null 2>"$files/notices" &
runner=$!
until grep -q 'try 3' "$files/notices"; do sleep 0.05; done
echo 'COMMIT;' >&"$session"
exec {session}>&-
wait $runner
# On a busy machine there may be more tries.
is 'waits for a lock' "$(block '' 'did not get a lock' docs/running.md | masked)" "$(sed '/, try [4-9] of /d' "$files/notices" | masked)"

echo '# docs/other-tools.md'
page=docs/other-tools.md
database from_dbmate
sql 'CREATE TABLE users (id bigint)' 'CREATE TABLE posts (id bigint)' 'CREATE TABLE schema_migrations (version varchar PRIMARY KEY)' \
    "INSERT INTO schema_migrations VALUES ('20260101000001'), ('20260101000002')"
mkdir -p "$files/db/migrations"
for name in 1_users 2_posts 3_tags; do
    printf -- '-- migrate:up\nCREATE TABLE %s (id bigint);\n-- migrate:down\nDROP TABLE %s;\n' ${name#*_} ${name#*_} >"$files/db/migrations/2026010100000$name.sql"
done
shows 'from dbmate' '' db/migrations $page
rm -r "$files/db"
database placed
mkdir -p "$files"/{app/db,billing/migrations}
echo 'CREATE TABLE ${schema}.t ();' >"$files/app/db/V1__t.sql"
echo 'CREATE TABLE bills ();' >"$files/billing/migrations/1_bills.sql"
block=$(block sql placeholders $page)
is 'placeholders, modules' '1|t|added|V1__t.sql|
1|bills|added|1_bills.sql|' "$(sql "${block//\/srv/$files}")"
is 'the value is in its place' 'CREATE TABLE app.t ();' "$(sql "SELECT rtrim(up, E'\n') FROM migrator.migration WHERE module = 'main'")"
database adopted
sql 'CREATE SCHEMA app' 'CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description varchar(200),
    type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp, execution_time int, success boolean)' \
    'CREATE TABLE app.schema_history (LIKE flyway_schema_history)' \
    "INSERT INTO flyway_schema_history VALUES (1, '1', 't', 'SQL', 'V1__t.sql', 0, 'flyway', now(), 1, true)" \
    "INSERT INTO app.schema_history VALUES (1, '2', 'u', 'SQL', 'V2__u.sql', 0, 'flyway', now(), 1, true)"
load V1__t.sql <<<'SELECT 1;'
load V2__u.sql <<<'SELECT 2;'
is 'adopt()' '1 applied 2 pending 1 applied 2 pending 1 applied 2 applied' \
    "$(sql "$(block sql 'migrator.adopt()' $page)" | sed -E 's/^([0-9]+)\|[a-z]*\|([a-z]*)\|.*/\1 \2/' | xargs)"

database changesets
content=$'--liquibase formatted sql\n--changeset a:1\nCREATE TABLE a ();\n--changeset a:2\nCREATE TABLE b ();'
load shop.sql <<<"$content"
sql 'SELECT FROM migrator.apply()'
block=$(block '' shop.sql docs/other-tools.md)
is 'a changeset in between' "$(masked <<<"$block")" \
    "$(in_psql -v content="${content/--changeset a:2/$'--changeset b:15\nCREATE TABLE c ();\n--changeset a:2'}" <<<"$block" | masked)"
checked
