#!/usr/bin/env bash
# docs/roles.md as it stands, from CREATE ROLE on, in a database that has tables: who deploys can alter what was there, and
# what is new has the same owner; what no role may, it cannot; a superuser refuses what others have loaded.
set -euo pipefail
. test/cluster/checks.bash

page=docs/roles.md
server roles
database app
files work
mkdir "$files/migrations"
client=$PWD/bin/migrator
run() { psql -X -q -A -t -v ON_ERROR_STOP=1; }
may() { # may ROLE CALL EXPECTED
    is "$1: ${2#SELECT }" "$3" "$(PGUSER=$1 psql -X -q -A -t -v VERBOSITY=sqlstate -c "$2" 2>&1)"
}
as() { (cd "$files" && unset PGOPTIONS && PGUSER=$1 "$client" "${@:2}" 2>&1) || echo "exit $?"; }
owner() { sql "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = '$1'::regclass"; }
denied='ERROR:  42501'

# The tables that there are: three people's and the superuser's, of every kind.
sql 'CREATE ROLE alice' 'CREATE ROLE bob' 'GRANT CREATE ON SCHEMA public TO alice, bob' \
    'CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL)' "INSERT INTO users (name) VALUES ('ann')" \
    'CREATE VIEW names AS SELECT name FROM users' 'CREATE MATERIALIZED VIEW kept_names AS SELECT name FROM users' \
    'CREATE SEQUENCE numbers' 'CREATE TABLE parts (id bigint GENERATED ALWAYS AS IDENTITY) PARTITION BY RANGE (id)' \
    'CREATE TABLE part PARTITION OF parts DEFAULT' \
    'CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS $$SELECT 1$$' 'CREATE PROCEDURE p() LANGUAGE sql AS $$SELECT 1$$' \
    'CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)' "CREATE TYPE mood AS ENUM ('glad')" 'CREATE DOMAIN small AS int' \
    'CREATE TYPE pair AS (a int, b int)' 'CREATE TYPE span AS RANGE (SUBTYPE = int)' \
    'CREATE SCHEMA "my shop"' 'CREATE TABLE "my shop"."the orders" (id int)' \
    'SET ROLE alice; CREATE TABLE of_alice (id int)' 'SET ROLE bob; CREATE TABLE of_bob (id int)'

echo '# the roles and their GRANTs'
run <<<"$(block sql 'CREATE ROLE app_owner')"
run <<<"$(block sql 'migrator.load,')"
may deployer 'SELECT current_user, session_user' 'app_owner|deployer'
is 'pools too' $'app_owner|deployer' "$(PGUSER=deployer sql 'RESET ROLE' 'DISCARD ALL' 'SELECT current_user, session_user')"
sql "SELECT migrator.load('0', 'first', 'SELECT 1')" >/dev/null
for role in deployer reader; do
    may "$role" "SELECT version, status FROM migrator.status() WHERE version >= '0'" '0|pending'
    may "$role" "SELECT version, command FROM migrator.plan() ORDER BY version" '0|SELECT'
    may "$role" 'SELECT count(*) FROM migrator.lint()' 0
    may "$role" 'SELECT pending FROM migrator.summary()' 1
    may "$role" 'SELECT count(*), max(version) FROM migrator.history' '0|'
    may "$role" 'SELECT count(*) FROM migrator.running' 0
    may "$role" 'SELECT count(*) FROM migrator.statement_history' 0
    may "$role" 'DELETE FROM migrator.history_entry' "$denied"
    may "$role" 'SELECT up FROM migrator.migration' "$denied"
    may "$role" "SELECT migrator.accept('0', 'x')" "$denied"
    may "$role" "SELECT migrator.baseline('0')" "$denied"
    may "$role" 'SELECT migrator.adopt()' "$denied"
    may "$role" "SELECT migrator.load_dir('$files')" "$denied"
    may "$role" "SELECT migrator.load_dirs(ARRAY['$files'])" "$denied"
done
for call in 'SELECT migrator.apply()' 'SELECT migrator.rollback()' "SELECT migrator.rollback_to('0')" "SELECT migrator.rehearse()" \
    "SELECT migrator.load('2', 'b', '')" "SELECT migrator.load_file('2_b.sql', '')" "SELECT migrator.load_tar('')" \
    "SELECT migrator.unload('0')" 'SELECT migrator.conflicts()' 'SELECT migrator.report()' 'CALL migrator.apply_each()' \
    'CALL migrator.rollback_each()' 'SELECT FROM users' 'CREATE TABLE t ()'; do
    may reader "$call" "$denied"
done
sql 'CREATE ROLE other LOGIN'
may other 'SELECT status FROM migrator.status()' "$denied"
is 'a deployer who is not app_owner has no rights' "$denied" \
    "$(PGUSER=deployer psql -X -q -A -t -v VERBOSITY=sqlstate -c 'SET ROLE NONE' -c 'SELECT FROM migrator.status()' 2>&1)"
is 'nor is one app_owner in another database' deployer "$(PGUSER=deployer PGDATABASE=postgres sql 'SELECT current_user')"
is 'and creates nothing' "$denied" \
    "$(PGUSER=deployer psql -X -q -A -t -v VERBOSITY=sqlstate -c 'SET ROLE NONE' -c 'CREATE TABLE t ()' 2>&1)"
sql "SELECT migrator.unload('0')" >/dev/null

echo '# tables that are there already'
new() { cat >"$files/migrations/$1"; }
new 1_alter.sql <<'SQL'
-- UP
ALTER TABLE users ADD email text;
ALTER TABLE of_alice ADD plan text;
DROP TABLE of_bob;
-- DOWN
CREATE TABLE of_bob (id int);
ALTER TABLE of_alice DROP plan;
ALTER TABLE users DROP email;
SQL
like 'somebody else owns them' 'must be owner of table users.*exit 1$' "$(as deployer up)"
like 'REASSIGN OWNED does not hand over what postgres owns' 2BP01 "$(error_of 'REASSIGN OWNED BY postgres TO app_owner')"
run <<<"$(block sql 'REASSIGN OWNED')"
is 'it does the others' 'app_owner app_owner' "$(owner of_alice) $(owner of_bob)"
owners() { # what belongs to postgres, but for the system and extensions
    sql "SELECT count(*) FROM pg_class WHERE relowner = 'postgres'::regrole AND relnamespace IN ('public'::regnamespace, '\"my shop\"'::regnamespace)" \
        "SELECT count(*) FROM pg_proc WHERE proowner = 'postgres'::regrole AND pronamespace = 'public'::regnamespace" \
        "SELECT count(*) FROM pg_type WHERE typowner = 'postgres'::regrole AND typnamespace = 'public'::regnamespace
         AND NOT (typname ~ 'multirange')" \
        "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'my shop'" | xargs
}
sql 'CREATE EXTENSION hstore' 'CREATE EXTENSION file_fdw' 2>/dev/null || left_out 'an extension in public' 'the server has no contrib'
of_extensions=$(sql "SELECT count(*) FROM pg_depend d JOIN pg_extension ON oid = refobjid
                     WHERE deptype = 'e' AND extnamespace = 'public'::regnamespace AND classid = 'pg_proc'::regclass")
of_extensions+=" $(sql "SELECT count(*) FROM pg_depend d JOIN pg_extension x ON x.oid = refobjid JOIN pg_type t ON t.oid IN (objid, (SELECT typarray FROM pg_type WHERE oid = objid))
                        WHERE deptype = 'e' AND extnamespace = 'public'::regnamespace AND classid = 'pg_type'::regclass")"
like 'before' ' postgres$' "$(owners)"
run <<<"$(block sql 'pg_identify_object')" >/dev/null
is 'all of it is handed over, but for the extensions' "0 $of_extensions app_owner" "$(owners)"
is 'migrator keeps its own' postgres "$(owner migrator.migration)"
is 'again: nothing is left to do' '' "$(run <<<"$(block sql 'pg_identify_object' | sed 's/^\\gexec/;/')")"

echo '# deployer'
new 2_create.sql <<'SQL'
-- UP
CREATE TABLE plans (id int PRIMARY KEY);
CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id int);
CREATE EXTENSION citext;
-- DOWN
DROP EXTENSION citext;
DROP SCHEMA billing CASCADE;
DROP TABLE plans;
SQL
[[ -e $("${PG_CONFIG:-pg_config}" --sharedir)/extension/citext.control ]] || sed -i '/citext/d' "$files/migrations/2_create.sql"
new 3_index.sql <<<$'-- UP\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n-- DOWN\nDROP INDEX CONCURRENTLY users_email;'
is 'loads' $'changed   1_alter.sql\nadded     2_create.sql\nadded     3_index.sql' \
    "$(sed -i '/^-- UP/a -- as owner' "$files/migrations/1_alter.sql" && as deployer load)"
like 'rehearses' 'ALTER TABLE.*public.users: AccessExclusiveLock.*public.of_alice.*CREATE INDEX CONCURRENTLY' "$(as deployer rehearse)"
is 'lints, and reports' '### Migrations: 3 pending' "$(as deployer report | sed -n 's/^\(.*pending\).*/\1/p')"
may deployer 'SELECT count(*) FROM migrator.conflicts()' 0
like 'applies' 'NOTICE:  applied 3 index' "$(as deployer up)"
is 'what it makes belongs to app_owner' 'app_owner app_owner app_owner' "$(owner plans) $(owner billing.invoices) $(owner users_email)"
is 'both roles are on record' '3|app_owner|deployer' "$(sql 'SELECT count(*), min(run_by), min(session_role) FROM migrator.history WHERE result = $$applied$$ GROUP BY run_by, session_role')"
is 'who loaded is' app_owner "$(sql "SELECT DISTINCT loaded_by FROM migrator.status()")"
may reader "SELECT count(*) FROM migrator.status() WHERE status = 'applied'" 3
may reader 'SELECT count(*) FROM plans' "$denied"
like 'rolls back' 'NOTICE:  rolled back 1 alter' "$(as deployer down 3)"
is 'the table that was there is as it was' 'id,name' \
    "$(sql "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped")"
like 'in one transaction too' '1 +\| alter +\| applied' "$(rm "$files"/migrations/3_* && as deployer up -1)"
PGUSER=deployer sql 'SELECT FROM migrator.rollback_to($$1$$)'
is 'one session with PGOPTIONS does it as well' app_owner \
    "$(sql 'ALTER ROLE deployer IN DATABASE app RESET role' && PGUSER=deployer PGOPTIONS='-c role=app_owner' sql 'SELECT current_user')"
sql 'ALTER ROLE deployer IN DATABASE app SET role = app_owner'

echo '# another person, the application'
wanted() { grep -o "\`$1[^\`]*\`" <(tr '\n' ' ' <"$page" | tr -s ' ') | head -n 1 | tr -d '\`'; }
sql "$(wanted 'CREATE ROLE ann')" 'ALTER ROLE ann IN DATABASE app SET role = app_owner' 'CREATE ROLE web LOGIN' \
    "$(wanted 'ALTER DEFAULT PRIVILEGES')"
new 3_more.sql <<<$'-- UP\nALTER TABLE plans ADD price int;\nCREATE TABLE prices (id int);\n-- DOWN\nDROP TABLE prices;\nALTER TABLE plans DROP price;'
like 'alters what the other has made' 'NOTICE:  applied 3 more' "$(as ann up)"
is 'who logged in is on record' 'app_owner|ann' "$(sql "SELECT run_by, session_role FROM migrator.history WHERE version = '3' AND name = 'more'")"
may web 'SELECT count(*) FROM prices' 0
may web 'ALTER TABLE prices ADD x int' "$denied"
may web 'SELECT migrator.apply()' "$denied"

echo '# a superuser'
new 20260315_001_add_index.sql <<<$'-- UP\nCREATE TABLE late (id int);\n-- DOWN\nDROP TABLE late;'
as deployer load >/dev/null
is 'refuses what deployers have loaded, as shown' "$(block '' 'was loaded by role' "$page")" \
    "$(psql -X -q -c 'SELECT * FROM migrator.apply()' 2>&1)"
is 'MG013' 'ERROR:  MG013' "$(psql -X -q -v VERBOSITY=sqlstate -c 'CALL migrator.apply_each()' 2>&1)"
is 'runs it after SET ROLE' app_owner "$(sql 'SET ROLE app_owner' 'SELECT FROM migrator.apply()' && owner late)"
sql 'SET ROLE app_owner' 'SELECT FROM migrator.rollback()'
sql "$(wanted 'ALTER DATABASE app SET migrator.trusted_loaders')"
is 'and as itself once it trusts them' postgres "$(sql 'SELECT FROM migrator.apply()' && owner late)"
sql 'SELECT FROM migrator.rollback()' 'ALTER DATABASE app RESET migrator.trusted_loaders' \
    "SELECT migrator.load('20260316_001', 'of_postgres', 'CREATE TABLE of_postgres ()', 'DROP TABLE of_postgres')" >/dev/null
is 'deployer runs what a superuser has loaded' app_owner "$(as deployer up --loaded >/dev/null && owner of_postgres)"
is 'every block of the page was run' '' "$(untested "$page")"
checked
