#!/usr/bin/env bash
# A run that goes on in another session is the run that was not interrupted: bodies that set what the session has, cut
# at each of their statements, up, down and rehearsed, leave what they leave in one go.
set -euo pipefail
. test/cluster/checks.bash

server resumed migrator.on_hazard=ignore
database app
sql 'CREATE SCHEMA probe' 'GRANT ALL ON SCHEMA probe, public TO PUBLIC' 'CREATE SCHEMA s1' 'CREATE SCHEMA s2' \
    'GRANT ALL ON SCHEMA s1, s2 TO PUBLIC' \
    'CREATE TABLE probe.gate (open int)' 'INSERT INTO probe.gate VALUES (0)' \
    'CREATE TABLE probe.seen (unit int, what text)' 'GRANT ALL ON ALL TABLES IN SCHEMA probe TO PUBLIC' \
    "CREATE FUNCTION probe.session() RETURNS text LANGUAGE sql AS \$\$
        SELECT string_agg(coalesce(current_setting(s, true), '-'), ' | ') || ' | ' || current_user || ' | ' || session_user
        FROM unnest('{role,session_authorization,search_path,work_mem,log_min_duration_statement,TimeZone,client_encoding,default_transaction_isolation,default_transaction_read_only,lock_timeout,app.x,app.y,seq_page_cost,xmloption,temp_buffers,DateStyle,migrator.statement_timeout,max_parallel_workers}'::text[]) s \$\$" \
    "CREATE FUNCTION probe.sets() RETURNS void LANGUAGE plpgsql AS \$\$ BEGIN PERFORM set_config('app.x', 'of a function', false); PERFORM set_config('work_mem', '7MB', true); END \$\$" \
    "CREATE FUNCTION probe.with_set() RETURNS text LANGUAGE plpgsql SET work_mem = '9MB' SET search_path = s2 AS \$\$ BEGIN PERFORM set_config('app.y', 'below', false); RETURN 'x'; END \$\$" \
    "CREATE FUNCTION probe.as_definer() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS \$\$ BEGIN PERFORM set_config('app.y', 'of the definer', false); PERFORM set_config('log_min_duration_statement', '77', false); END \$\$" \
    "CREATE PROCEDURE probe.commits() LANGUAGE plpgsql AS \$\$ BEGIN PERFORM set_config('app.x', 'one', false); COMMIT; PERFORM set_config('work_mem', '8MB', false); PERFORM set_config('seq_page_cost', '3', true); COMMIT; PERFORM set_config('seq_page_cost', '5', true); END \$\$" \
    'CREATE ROLE app' 'CREATE ROLE other' 'CREATE ROLE deployer LOGIN' 'GRANT app, other TO deployer' \
    'GRANT ALL ON SCHEMA migrator TO deployer' 'GRANT ALL ON ALL ROUTINES IN SCHEMA migrator TO deployer' \
    'GRANT CREATE ON DATABASE app TO PUBLIC'

run=0
fresh() { # fresh: as it began, and a module of its own
    run=$((run + 1))
    PGUSER=postgres PGOPTIONS='-c client_min_messages=error' psql -X -q >/dev/null <<'SQL'
ALTER ROLE deployer RESET ALL; ALTER ROLE postgres RESET ALL; ALTER DATABASE app RESET ALL;
SELECT format('DROP TABLE %s CASCADE', oid::regclass) FROM pg_class WHERE relkind = 'r' AND relname ~ '^(made|kept)' \gexec
DROP ROLE IF EXISTS tmp;
TRUNCATE probe.seen; UPDATE probe.gate SET open = 0;
SQL
}

# A statement or block a line, without the semicolon at its end.
body() { # body CUT UNIT..: the text; behind unit CUT what fails while the gate is shut, behind each unit what is seen
    local cut=$1 number=0 unit
    shift
    echo '-- migrator: no-transaction'
    for unit; do
        number=$((number + 1))
        printf '%s;\n' "$unit"
        printf "INSERT INTO probe.seen VALUES (%d, probe.session());\n" "$number"
        printf "CREATE TABLE made_%d ();\n" "$number"
        ((number != cut)) || echo 'SELECT 1 / open FROM probe.gate;'
    done
}

outcome() {
    PGUSER=postgres sql 'SELECT * FROM probe.seen ORDER BY unit' \
        "SELECT nspname, relname, pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname LIKE 'made%' ORDER BY 1, 2" \
        "SELECT status FROM migrator.status('m$run')"
}
status() { PGUSER=postgres sql "SELECT status FROM migrator.status('m$run')"; }

as=postgres
before=() # statements of the session that calls, before the call
call() { PGUSER=$as psql -X -q -A -t "${before[@]}" -c "CALL migrator.$1(module => 'm$run')" 2>&1 || true; }
open() { PGUSER=postgres sql 'UPDATE probe.gate SET open = 1'; }
load() { # load UP [DOWN]
    PGUSER=$as psql -X -q -v up="$1" -v down="${2-}" >/dev/null <<<"SELECT migrator.load('1', 'a', :'up', nullif(:'down', ''), module => 'm$run');"
}

matrix() { # matrix NAME UNIT..
    local name=$1 cut whole text said
    shift
    fresh
    load "$(body 0 "$@")"
    said=$(call apply_each) # a WARNING, as in psql, of what does nothing outside of a transaction
    whole=$(outcome)
    like "$name in one go" 'applied$' "$whole"
    [[ $whole == *applied ]] || echo "$said"
    for ((cut = 1; cut <= $#; ++cut)); do
        fresh
        load "$(body "$cut" "$@")"
        like "$name is cut behind $cut" 'division by zero' "$(call apply_each)"
        open
        said=$(PGUSER=$as psql -X -q -A -t "${before[@]}" -c "SELECT error FROM migrator.rehearse(module => 'm$run') WHERE error IS NOT NULL" 2>&1)
        is "$name, cut behind $cut, is rehearsed" '' "$said"
        said=$(call apply_each)
        is "$name, cut behind $cut" "$whole" "$(outcome)"
    done
}

down_matrix() { # the same for a down body
    local name=$1 cut whole
    shift
    fresh
    load 'SELECT 1' "$(body 0 "$@")"
    call apply_each >/dev/null
    call rollback_each >/dev/null
    whole=$(outcome)
    like "$name in one go" 'pending$' "$whole"
    for ((cut = 1; cut <= $#; ++cut)); do
        fresh
        load 'SELECT 1' "$(body "$cut" "$@")"
        call apply_each >/dev/null
        like "$name is cut behind $cut" 'division by zero' "$(call rollback_each)"
        open
        call rollback_each >/dev/null
        is "$name, cut behind $cut" "$whole" "$(outcome)"
    done
}

matrix 'RESET' "SET search_path = s1" "RESET search_path" "SET work_mem = '5MB'" "SET work_mem TO DEFAULT"
matrix 'SET ROLE' 'SET ROLE app' 'RESET ROLE' 'SET ROLE other' 'SET ROLE NONE' "SET SESSION ROLE app"
matrix 'RESET ALL' "SET search_path = s1; SET work_mem = '5MB'; SET ROLE app" 'RESET ALL' "SET app.x = 'x'"
matrix 'DISCARD' "SET search_path = s1; SET ROLE app" 'DISCARD PLANS' 'DISCARD ALL' "SET work_mem = '6MB'" 'DISCARD SEQUENCES'
matrix 'set_config()' "SELECT set_config('search_path', 's1', false)" "SELECT set_config('search_path', 's2', true)" \
    "SELECT set_config('app.x', 'a''b' || chr(10) || 'c', false)" "SELECT set_config('search_path', 's2, public', false)"
matrix 'a block' "BEGIN; SET LOCAL search_path = s1; SET work_mem = '6MB'; SET LOCAL work_mem = '7MB'; COMMIT" \
    "BEGIN; SET search_path = s2; SET LOCAL ROLE app; SET app.x = '1'; SET LOCAL app.x = '2'; COMMIT" "SET LOCAL search_path = s1"
matrix 'who' "SET SESSION AUTHORIZATION app" "RESET SESSION AUTHORIZATION" "SET work_mem = '6MB'" \
    "SET SESSION AUTHORIZATION deployer" "SET ROLE other" "SET SESSION AUTHORIZATION DEFAULT"
matrix 'other SETs' "SET TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE" "SET NAMES 'LATIN1'" "SET CONSTRAINTS ALL DEFERRED" \
    "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE" "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ" \
    "SET XML OPTION DOCUMENT" "SET TIME ZONE 'Europe/Vienna'" "SET TIME ZONE LOCAL" "SET DateStyle = 'SQL, DMY'" 'SET seq_page_cost = 1.1'
matrix 'functions' "SELECT probe.sets()" "SELECT probe.with_set()" "CALL probe.commits()" \
    "DO \$\$ BEGIN PERFORM set_config('app.y', 'do', false); COMMIT; SET LOCAL work_mem = '9MB'; SET temp_buffers = '2MB'; END \$\$" \
    "DO \$\$ BEGIN BEGIN SET app.y = 'undone'; PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END; END \$\$"
matrix 'a role that is dropped meanwhile' 'CREATE ROLE tmp; GRANT ALL ON SCHEMA public, probe TO tmp' \
    'SET ROLE tmp; RESET ROLE' 'REVOKE ALL ON SCHEMA public, probe FROM tmp; DROP ROLE tmp' 'SELECT 1'
matrix 'defaults that this session does not have' "ALTER DATABASE app SET search_path = s1" "ALTER ROLE postgres SET work_mem = '9MB'" \
    "ALTER ROLE postgres SET search_path = s2" "ALTER ROLE postgres RESET ALL" "SET search_path = s2" "RESET search_path" "SET search_path = s2"
matrix 'lock_timeout, which the run sets' "SET lock_timeout = '3s'" 'RESET lock_timeout' "SET migrator.statement_timeout = '30s'"
matrix 'rights of a role that was left' "SET log_min_duration_statement = 4711" "SET ROLE app"

before=(-c "SET search_path = s2" -c "SET app.y = 'of the caller'" -c "SET work_mem = '11MB'")
matrix 'beside what the caller has set' "SET work_mem = '12MB'" 'RESET app.y' 'RESET ALL' "SET work_mem = '13MB'" 'DISCARD ALL'
before=()

as=deployer
matrix 'as a role that is no superuser' 'SET ROLE app' "SET search_path = s1" 'RESET ROLE' "SET work_mem = '5MB'" 'SET ROLE other'
as=postgres

down_matrix 'down: SET ROLE' 'SET ROLE app' 'RESET ROLE' "SET search_path = s1" 'RESET ALL'

echo '# nothing is set with more rights than the caller has'
as=deployer
fresh
load "$(body 1 'SELECT probe.as_definer()')"
call apply_each >/dev/null
open
said=$(call apply_each)
like 'a setting that a function of another had set' 'permission denied to set parameter "log_min_duration_statement"' "$said"
like 'the HINT' 'HINT:  Statement 1 has set log_min_duration_statement, as role postgres, but this session may not: CALL it as a role that may' "$said"
is 'nothing else ran' 1 "$(PGUSER=postgres sql "SELECT count(*) FROM probe.seen")"
PGUSER=postgres sql 'GRANT SET ON PARAMETER log_min_duration_statement TO deployer'
call apply_each >/dev/null
is 'a role that may' 'applied' "$(status)"
PGUSER=postgres sql 'REVOKE SET ON PARAMETER log_min_duration_statement FROM deployer'

fresh
load "$(body 1 'SELECT probe.as_definer()')" 'DROP TABLE made_1'
call apply_each >/dev/null
call rollback_each >/dev/null
is 'or rolled back, as the HINT says' 'pending' "$(status)"
as=postgres

echo '# what goes with the session is said'
gone() { # gone WHAT UNIT USE: cut behind UNIT, then USE fails for want of it
    fresh
    load "$(printf -- '-- migrator: no-transaction\n%s;\nSELECT 1 / open FROM probe.gate;\n%s' "$2" "$3")" 'SELECT 1'
    call apply_each >/dev/null
    open
    said=$(call apply_each)
    like "$1: a WARNING" "WARNING:  the session in which the first 1 statements of migration 1 \(a\) ran is gone, and with it what they left in it: $1" "$said"
}
again="HINT:  The session in which the first 1 statements ran is gone, and with it what they left in it: temporary objects. If that is the cause, add a statement that makes it again before statement 3, or CALL migrator.rollback_each\(\) and start over."
export PGOPTIONS=
gone 'temporary objects' 'CREATE TEMP TABLE scratch (i int)' 'CREATE TABLE kept AS SELECT * FROM scratch'
like 'the error says so' 'relation "scratch" does not exist' "$said"
like 'and its HINT' "$again" "$said"
load $'-- migrator: no-transaction\nCREATE TEMP TABLE scratch (i int);\nSELECT 1 / open FROM probe.gate;\nCREATE TEMP TABLE scratch (i int);\nCREATE TABLE kept AS SELECT * FROM scratch' 'SELECT 1'
call apply_each >/dev/null
is 'which is right' 'applied' "$(status)"
gone 'temporary objects' 'CREATE TEMP TABLE scratch (i int)' 'CREATE TABLE kept AS SELECT * FROM scratch'
call rollback_each >/dev/null
call apply_each >/dev/null
is 'both ways' 'applied' "$(status)"
gone 'prepared statements' 'PREPARE one AS SELECT 1' 'EXECUTE one'
like 'the error says so' 'HINT:  The session in which the first 1 statements ran is gone, and with it what they left in it: prepared statements' "$said"
gone 'session advisory locks' 'SELECT pg_advisory_lock(1)' 'SELECT 1'
gone 'LISTEN' 'LISTEN a' 'SELECT 1'

echo '# the records of 1.0'
fresh
load "$(body 3 'CREATE ROLE tmp; GRANT ALL ON SCHEMA public, probe TO tmp; SET ROLE tmp; RESET ROLE; REVOKE ALL ON SCHEMA public, probe FROM tmp; DROP ROLE tmp' \
    "SET search_path = s1; SET work_mem = '5MB'; SET ROLE app" 'RESET ROLE; RESET search_path' 'SELECT 1')"
call apply_each >/dev/null
sql 'ALTER TABLE migrator.statement_entry DISABLE TRIGGER append_only' 'UPDATE migrator.statement_entry SET session_changes = NULL' \
    'ALTER TABLE migrator.statement_entry ENABLE ALWAYS TRIGGER append_only'
open
is 'are rehearsed' '' "$(PGOPTIONS='-c client_min_messages=error' sql "SELECT error FROM migrator.rehearse(module => 'm$run') WHERE error IS NOT NULL" 2>&1)"
call apply_each >/dev/null
is 'are executed again, in their order' "4|applied|postgres|public|5MB" \
    "$(sql "SELECT unit, (SELECT status FROM migrator.status('m$run')), split_part(what, ' | ', 19),
        (SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 'made_4'), split_part(what, ' | ', 4) FROM probe.seen WHERE unit = 4")"
checked
