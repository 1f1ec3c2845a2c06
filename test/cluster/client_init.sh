#!/usr/bin/env bash
# migrator init: a new database made from its baseline is dumped as the old one is, and nothing of the extension, of owners
# and of passwords is in it.
set -euo pipefail
. test/cluster/checks.bash
. test/cluster/client.bash

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
createdb -T old copy
path=$work/busybox
shell=("$work/busybox/sh")
PGDATABASE=copy is_m 0 init --dir copy
path=$PATH
shell=(sh)
is_m 0 init
is 'it finds nothing that differs' '' "$(grep WARNING <<<"$errors")"
is 'and says in the history why' 'migrator init' "$(sql 'SELECT reason FROM migrator.history')"
day=$(date -u +%Y%m%d)
is 'writes a file' "${day}_000_baseline.sql" "$(ls "$here/migrations")"
is 'which counts as applied' "${day}_000 baseline" "$(statuses)"
is 'and says which roles it needs' "migrator: wrote migrations/${day}_000_baseline.sql, which names the roles \"app; owner\", app_reader" "$errors"
baseline=$here/migrations/${day}_000_baseline.sql
is 'as the file does' "\"app; owner\", app_reader" "$(sed -n 's/^-- Roles that it names.*: //p' "$baseline")"
is 'nothing of the extension but what the function says, nothing of owners and passwords' "$(printf '%s\n' \
    'CREATE EXTENSION IF NOT EXISTS migrator WITH SCHEMA migrator;' "COMMENT ON EXTENSION migrator IS ''x'';")" "$(grep -E \
    'OWNER TO|secret[12]|bystander|tablespace|SUBSCRIPTION|SCHEMA migrator|FUNCTION migrator|EXTENSION migrator' "$baseline")"
is 'by busybox: the same' '' "$(diff <(grep -v restrict "$baseline") <(grep -v restrict "$here"/copy/*))"
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
is 'the check can fail' 1 "$(diff <(schema old) <(schema postgres) | grep -c 'CREATE POLICY')"
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
