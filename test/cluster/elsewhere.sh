#!/usr/bin/env bash
# A dump is restored in another cluster, where the names of roles belong to others: what a lesser role had loaded or run
# there does not run as a superuser here, whatever that name is here.
set -euo pipefail
. test/cluster/checks.bash

server other_names
database app
files out
[[ -z $CLUSTER_USER ]] || chown "$CLUSTER_USER" "$files"
sql 'CREATE ROLE ci2 LOGIN' 'CREATE ROLE dba LOGIN SUPERUSER' 'CREATE ROLE worker LOGIN' 'CREATE TABLE ran (what text, who text DEFAULT current_user)' \
    'GRANT ALL ON ran TO PUBLIC' 'GRANT USAGE ON SCHEMA migrator TO ci2, worker' \
    'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA migrator TO ci2, worker' 'GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA migrator TO ci2, worker'
loads() { # loads ROLE MODULE: two of them, in the database at hand
    sql "SET ROLE $1" "SELECT migrator.load('1', 'one', 'INSERT INTO ran VALUES (''$2 1'')', 'INSERT INTO ran VALUES (''$2 down 1'')', module => '$2')" \
        "SELECT migrator.load('2', 'two', 'INSERT INTO ran VALUES (''$2 2'')', module => '$2')" >/dev/null
}
loads ci2 pending
loads dba of_superuser
loads postgres of_postgres
loads worker listed
loads ci2 on_record
loads ci2 star
sql 'SET ROLE ci2' "SELECT FROM migrator.apply('1', module => 'on_record')" "SELECT migrator.load('1', 'one', 'SELECT 1', 'SELECT 1', module => 'on_record')" \
    "SELECT migrator.load('1', 'one', 'SELECT 1', module => 'stepwise')" \
    "SELECT migrator.load('2', 'two', E'-- migrator: no-transaction\\nINSERT INTO ran VALUES (''stepwise 2'')', module => 'stepwise')" >/dev/null
loads postgres run_by_postgres
sql "SELECT FROM migrator.apply('1', module => 'run_by_postgres')" "SELECT migrator.load('1', 'one', 'SELECT 1', 'SELECT 1', module => 'run_by_postgres')" >/dev/null
pg_dump -Fc -f "$files/app" app

# The same cluster knows its roles: ci2 is one that has become a superuser.
createdb --template=template0 again
PGDATABASE=again pg_restore -e -d again "$files/app"
is 'in the same cluster' refused "$(PGDATABASE=again sql "SELECT FROM migrator.apply(module => 'pending')" 2>/dev/null || echo refused)"
PGDATABASE=again sql 'ALTER ROLE ci2 SUPERUSER'
is 'in the same cluster names are roles' $'1|applied\n2|applied' "$(PGDATABASE=again sql "SELECT version, status FROM migrator.apply(module => 'pending')")"

dump=$files/app
server_apart elsewhere migrator.trusted_loaders=worker
sql_postgres() { PGDATABASE=postgres sql "$@"; }
sql_postgres 'CREATE ROLE ci2 LOGIN SUPERUSER' 'CREATE ROLE dba LOGIN SUPERUSER' 'CREATE ROLE worker LOGIN'
createdb --template=template0 app
export PGDATABASE=app
pg_restore -e -d app "$dump"

refused() { # refused WHAT SQL..
    like "$1: refused" '^ERROR:  MG013: migration [12] \((one|two)\) was loaded by role "[a-z0-9]+" in another cluster, and would run' "$(error_of "${@:2}")"
}
refused 'apply()' "SELECT * FROM migrator.apply(module => 'pending')"
refused 'a dry run' "SELECT * FROM migrator.apply(dry_run => true, module => 'pending')"
refused 'rehearse()' "SELECT * FROM migrator.rehearse(module => 'pending')"
refused 'apply_each()' "CALL migrator.apply_each(module => 'pending')"
refused 'rollback() of what is loaded' 'SET client_min_messages = error' "SELECT FROM migrator.baseline('1', 'pending')" \
    "SELECT * FROM migrator.apply(module => 'pending')"
refused 'statement by statement, in the role of another' 'SET ROLE ci2' "CALL migrator.apply_each(module => 'stepwise')"
like 'a name in migrator.trusted_loaders is one of this cluster' 'MG013.*in another cluster' "$(error_of "SELECT * FROM migrator.apply(module => 'listed')" | tr '\n' ' ')"
like 'a down body on record' 'MG013: the recorded down body of migration 1 \(one\) comes from a run by role "ci2" in another cluster' \
    "$(error_of "SELECT * FROM migrator.rollback(1, module => 'on_record')")"
like 'the way out' 'HINT:  Review it and load it again as a superuser' "$(error_of "SELECT * FROM migrator.apply(module => 'pending')")"
is 'nothing has run' 0 "$(sql "SELECT count(*) FROM ran WHERE who = 'postgres' AND what !~ 'run_by'")"

# Who was a superuser there could have put anything into the dump.
is 'what superusers had loaded goes on' $'1|applied\n2|applied' "$(sql "SELECT version, status FROM migrator.apply(module => 'of_postgres')")"
is 'of others, too' $'1|applied\n2|applied' "$(sql "SELECT version, status FROM migrator.apply(module => 'of_superuser')")"
is 'and what they had run' '1|rolled_back' "$(sql "SELECT version, status FROM migrator.rollback(1, module => 'run_by_postgres')")"
# What the hint says.
loads postgres pending
is 'loaded again as a superuser' '2|applied' "$(sql "SELECT version, status FROM migrator.apply(module => 'pending')")"
is 'run in a session of a role that is no superuser' $'1|applied\n2|applied' "$(PGUSER=worker sql "SELECT version, status FROM migrator.apply(module => 'listed')")"
# Loaded again here as that role, it is that role's again.
sql "SELECT migrator.load('3', 'three', 'SELECT 3', module => 'listed')" >/dev/null
loads worker stepwise
is 'a listed role that loads here' $'1|applied\n2|applied' "$(sql "SELECT version, status FROM migrator.apply(module => 'stepwise')")"
is 'everybody is trusted where it says so' $'1|applied\n2|applied' "$(sql "SET migrator.trusted_loaders = '*'" "SELECT version, status FROM migrator.apply(module => 'star')")"
checked
