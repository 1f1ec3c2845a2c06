#!/usr/bin/env bash
# apply_each() from psql, node-postgres and JDBC: it works, a failure arrives as what it is, and wherever a call cannot
# be run it is refused, with the way out, by a server that lives on.
set -euo pipefail
. test/cluster/checks.bash
. test/cluster/npm.bash

# node-postgres is Debian's; where Node.js comes from elsewhere, npm's.
clients=(psql jdbc)
modules=/usr/share/nodejs
if NODE_PATH=$modules node -e 'require("pg"), require("pg-protocol")' 2>/dev/null || npm_modules clients 'node-postgres, pipelines too'; then
    clients=(psql node jdbc)
fi
with_node() { [[ ${clients[*]} == *node* ]]; }

# JDBC knows no Unix sockets, so there is a port; whoever else is on this machine does not know the password.
password=$(head -c 12 /dev/urandom | od -A n -t x1 | tr -d ' \n')
clusters+=(clients)
cluster_new clients listen_addresses=127.0.0.1
cluster_use clients
printf '%s\n' 'local all all trust' 'host all all 127.0.0.1/32 scram-sha-256' >"$CLUSTER_HOME/clients/data/pg_hba.conf"
for try in 1 2 3 4 5; do
    export PGPORT=$((20000 + RANDOM % 10000))
    cluster_set clients port=$PGPORT
    cluster_start clients 2>/dev/null && break
    [[ $try != 5 ]] || cluster_start clients
done
sql "ALTER ROLE postgres PASSWORD '$password'"
started=$(sql 'SELECT pg_postmaster_start_time()')

node_client() { # node_client STEP..
    PGOPTIONS='' NODE_PATH=$modules node test/clients/client.js "$@" 2>&1 || true
}
jdbc_client() {
    java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp /usr/share/java/postgresql.jar test/clients/Client.java \
        "jdbc:postgresql://127.0.0.1:$PGPORT/$PGDATABASE?user=$PGUSER&password=$password${jdbc_options:-}" "$@" 2>&1 || true
}
psql_client() { # each step as psql says it: statements in lines, each sent by itself
    local step outcome statements
    for step; do
        mapfile -t statements <<<"${step#* }"
        outcome=$(error_of "${statements[@]}" | sed -nE 's/^ERROR:  ([^:]*): (.*)/\1 \2/p; s/^HINT:  (.*)/; HINT: \1/p;
            s/^CONTEXT:  (migration [^,]*).*/, \1/p' | tr -d '\n')
        echo "${step%% *}: ${outcome:-ok}$(anomaly)"
    done
}
anomaly() {
    [[ "$(sql "SELECT pg_postmaster_start_time(), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')")" == "$started|0" ]] ||
        echo ' AND LEFT A LOCK, OR THE SERVER STARTED ANEW'
}
outcome() { # what the migrations that ran have done
    sql "SELECT string_agg(version || ' ' || status, ', ' ORDER BY version) FROM migrator.status()" \
        "SELECT string_agg(what, ',' ORDER BY what::int) FROM ran" \
        "SELECT string_agg(relname || ' ' || indisvalid, ', ' ORDER BY relname) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
         WHERE relnamespace = 'public'::regnamespace" \
        "SELECT enum_range(NULL::mood), (SELECT string_agg(m::text, ',') FROM moods)" \
        "SELECT relispartition FROM pg_class WHERE relname = 'p1'" \
        "SELECT count(*) FROM pg_database WHERE datname LIKE 'made_by_%'" "SELECT DISTINCT application_name FROM migrator.history"
}

echo '# everything that runs'
database everything
sql "SELECT migrator.load('1', 'table', 'CREATE TABLE ran (what text); CREATE TABLE t (id int, grp int); INSERT INTO t SELECT g, g % 10 FROM generate_series(1, 1000) g; INSERT INTO ran VALUES (1)')" \
    "SELECT migrator.load('2', 'index', 'CREATE INDEX CONCURRENTLY t_grp ON t (grp)')" \
    "SELECT migrator.load('3', 'maintenance', 'VACUUM t; REINDEX INDEX CONCURRENTLY t_grp; REINDEX TABLE CONCURRENTLY t')" \
    "SELECT migrator.load('4', 'enum', 'CREATE TYPE mood AS ENUM (''sad''); INSERT INTO ran VALUES (4)')" \
    "SELECT migrator.load('5', 'value', 'ALTER TYPE mood ADD VALUE ''ok''')" \
    "SELECT migrator.load('6', 'its_use', 'CREATE TABLE moods (m mood DEFAULT ''ok''); INSERT INTO moods DEFAULT VALUES; INSERT INTO ran VALUES (6)')" \
    "SELECT migrator.load('7', 'partitions', 'CREATE TABLE p (i int) PARTITION BY RANGE (i); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)')" \
    "SELECT migrator.load('8', 'detach', 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY')" \
    "SELECT migrator.load('9', 'database', 'CREATE DATABASE made_by_migration; DROP DATABASE made_by_migration')" \
    "SELECT migrator.load('10', 'system', 'ALTER SYSTEM SET work_mem = ''5MB''; ALTER SYSTEM RESET work_mem')" \
    "SELECT migrator.load('11', 'no_index', 'CREATE INDEX CONCURRENTLY t_id ON t (id); DROP INDEX CONCURRENTLY t_id')" \
    "SELECT migrator.load('12', 'last', E'-- migrator: no-transaction\nINSERT INTO ran VALUES (12)')" >/dev/null
for client in "${clients[@]}"; do createdb -T everything "${client}_db"; done
names=(table index maintenance enum value its_use partitions detach database system no_index last)
said() { # said MODE FROM TO: the NOTICEs of a step, and that it went well
    local i
    for ((i = $2; i <= $3; ++i)); do
        echo "NOTICE: applying $((i - $2 + 1)) of $(($3 - $2 + 1)): $i ${names[i - 1]}"
        echo "NOTICE: applied $i ${names[i - 1]}"
    done
    echo "$1: ok"
}
nothing='NOTICE: nothing is pending: 12 migrations are applied'
wanted="1 applied, 2 applied, 3 applied, 4 applied, 5 applied, 6 applied, 7 applied, 8 applied, 9 applied, 10 applied, 11 applied, 12 applied
1,4,6,12
t_grp true
{sad,ok}|ok
f
0"
export PGDATABASE=psql_db
is 'psql: the NOTICEs' "$(said CALL 1 2; said CALL 3 12)" \
    "$(printf '%s\n' "CALL migrator.apply_each('2');" 'CALL migrator.apply_each();' | PGOPTIONS='' psql -X -A 2>&1 |
        sed -E 's/ \([0-9.]+ ms\)//; s/^NOTICE:  /NOTICE: /; s/^CALL$/CALL: ok/')"
is 'psql: what ran' "$wanted"$'\npsql' "$(outcome)"
is 'psql: no lock is left' '' "$(anomaly)"
if with_node; then
    export PGDATABASE=node_db
    is 'node-postgres: extended protocol, with a parameter and without' \
        "$(said parameter 1 2; said extended 3 9; said simple 10 10; said parameter 11 12; echo "$nothing"; echo "$nothing"; echo prepared: ok)" \
        "$(PGAPPNAME=node_client node_client 'parameter 2' "extended CALL migrator.apply_each('9')" "simple CALL migrator.apply_each('10')" \
            'parameter null' 'prepared CALL migrator.apply_each()')"
    is 'node-postgres: what ran' "$wanted"$'\nnode_client' "$(outcome)"
fi
export PGDATABASE=jdbc_db
is 'JDBC: CallableStatement, Statement, PreparedStatement' \
    "$(said callable 1 2; said statement 3 10; said callable 11 12; echo prepared: ok
        echo 'escape: 42809 migrator.apply_each(character varying) is a procedure; HINT: To call a procedure, use CALL.')" \
    "$(jdbc_client 'callable 2' "statement CALL migrator.apply_each('10')" 'callable null' 'prepared CALL migrator.apply_each()' 'escape 12')"
is 'JDBC: what ran' "$wanted"$'\nPostgreSQL JDBC Driver' "$(outcome)"
sql "SELECT migrator.load('13', 'escape', 'INSERT INTO ran VALUES (13)')" "SELECT migrator.load('14', 'slow', 'SELECT pg_sleep(60)')" >/dev/null
is "JDBC's own spelling of a call, which needs a setting of the driver; a time-out of the driver" \
    $'NOTICE: applying 1 of 1: 13 escape\nNOTICE: applied 13 escape\nescape: ok\ntimeout: ok\nstatement: 57014 canceling statement due to user request, migration 14 (slow)\nstatement: ok' \
    "$(jdbc_options='&escapeSyntaxCallMode=callIfNoReturn' jdbc_client 'escape 13' 'timeout 1' 'statement CALL migrator.apply_each()' 'statement SELECT 1')"
is 'the time-out is in the history' '57014' "$(sql "SELECT sqlstate FROM migrator.history WHERE version = '14'")"

echo '# a failure'
database failing
sql "SELECT migrator.load('1', 'good', 'CREATE TABLE ran (what text); INSERT INTO ran VALUES (1)')" \
    "SELECT migrator.load('2', 'fails', E'INSERT INTO ran VALUES (2);\nSELECT 1 / 0')" "SELECT migrator.load('3', 'after', 'SELECT 3')" >/dev/null
begins='NOTICE: applying 1 of 2: 2 fails'
correct='HINT: Correct the migration and load it again, or correct the data; then run it again.'
failure="22012 division by zero, migration 2 (fails); $correct"
is 'psql: the original error' "call: 22012 division by zero; $correct, migration 2 (fails)"$'\nselect: ok' "$(psql_client 'call CALL migrator.apply_each()' 'select SELECT 1')"
is 'psql -c exits with 1' 1 "$(psql -X -q -c 'CALL migrator.apply_each()' >/dev/null 2>&1 || echo $?)"
is 'psql -v ON_ERROR_STOP=1 of a script with 3' 3 "$(psql -X -q -v ON_ERROR_STOP=1 >/dev/null 2>&1 <<<'CALL migrator.apply_each(); SELECT 1;' || echo $?)"
! with_node || is 'node-postgres: the original error, and the connection goes on' \
    "$begins"$'\n'"extended: $failure"$'\nprepared: ok\n'"$begins"$'\n'"simple: $failure" \
    "$(node_client 'extended CALL migrator.apply_each()' 'prepared SELECT 1' 'simple CALL migrator.apply_each()')"
is 'JDBC: the original error, and the connection goes on' "statement: $failure"$'\nprepared: ok\n'"callable: $failure"$'\nprepared: ok' \
    "$(jdbc_client 'statement CALL migrator.apply_each()' 'prepared SELECT 1' 'callable null' 'prepared SELECT 1')"
is 'each is in the history' "$(with_node && echo 7 || echo 5)"'|22012|division by zero|2|2' \
    "$(sql "SELECT count(*), sqlstate, error, statement, line FROM migrator.history WHERE result = 'failed' GROUP BY 2, 3, 4, 5")"
is 'what came before it stays, its own work does not' '1 applied, 2 failed, 3 pending|1' \
    "$(sql "SELECT string_agg(version || ' ' || status, ', ' ORDER BY version), (SELECT string_agg(what, ',') FROM ran) FROM migrator.status()")"

echo '# where it is refused'
database rails
call='CALL migrator.apply_each()'
sql 'CREATE TABLE ran (what text)' "SELECT migrator.load('1', 'never', 'INSERT INTO ran VALUES (1)')" \
    "CREATE PROCEDURE around() LANGUAGE plpgsql AS 'BEGIN $call; END'" \
    "CREATE PROCEDURE after_commit() LANGUAGE plpgsql AS 'BEGIN INSERT INTO ran VALUES (''kept''); COMMIT; $call; END'" \
    "CREATE PROCEDURE around_around() LANGUAGE plpgsql AS 'BEGIN CALL around(); END'" \
    "CREATE PROCEDURE catches() LANGUAGE plpgsql AS 'BEGIN BEGIN $call; EXCEPTION WHEN active_sql_transaction THEN NULL; END; COMMIT; END'" \
    "CREATE PROCEDURE dynamic() LANGUAGE plpgsql AS 'BEGIN EXECUTE ''$call''; END'" \
    "CREATE PROCEDURE definer() LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN $call; END'" \
    "CREATE PROCEDURE with_set() LANGUAGE plpgsql SET work_mem = '5MB' AS 'BEGIN $call; END'" \
    "CREATE PROCEDURE plain() LANGUAGE sql AS '$call'" \
    "CREATE FUNCTION inside() RETURNS text LANGUAGE plpgsql AS 'BEGIN $call; RETURN NULL; END'" \
    "CREATE FUNCTION inside_dynamic() RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE ''$call''; END'" \
    "CREATE FUNCTION inside_sql() RETURNS void LANGUAGE sql AS '$call'" \
    "CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN $call; RETURN NEW; END'" \
    'CREATE TABLE fired (i int)' 'CREATE TRIGGER fires BEFORE INSERT ON fired FOR EACH ROW EXECUTE FUNCTION fires()' \
    'CREATE TABLE fired_late (i int)' \
    'CREATE CONSTRAINT TRIGGER fires AFTER INSERT ON fired_late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fires()' \
    "CREATE FUNCTION fires_on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS
        'BEGIN IF current_setting(''rails.fire'', true) = ''on'' THEN $call; END IF; END'" \
    'CREATE EVENT TRIGGER fires_on_ddl ON ddl_command_end EXECUTE FUNCTION fires_on_ddl()' >/dev/null

hint='; HINT: CALL it as a statement of its own, outside of BEGIN ... COMMIT (autocommit on); SELECT * FROM migrator.apply() runs in the transaction of its caller.'
names=()
steps=()
wanted=()
rail() { # rail NAME OUTCOME SQL..
    names+=("$1")
    wanted+=("rail: $2")
    shift 2
    steps+=("rail $(printf '%s\n' "$@")")
}
refused() { # refused WHERE NAME SQL..
    rail "$2" "25001 migrator.apply_each() cannot be called in a $1$hint" "${@:3}"
}
block='transaction block, a pipeline, a function or a multi-command string'
procedure='procedure or DO block'
refused "$block" 'a transaction block' BEGIN "$call"
rail 'a transaction block, rollback_each()' "25001 migrator.rollback_each() cannot be called in a $block$hint" BEGIN 'CALL migrator.rollback_each()'
refused "$block" 'a transaction block with a savepoint' BEGIN 'INSERT INTO ran VALUES (0)' 'SAVEPOINT s' "$call"
refused "$block" 'beside a cursor' BEGIN 'DECLARE c CURSOR FOR SELECT generate_series(1, 3)' 'FETCH c' "$call"
refused "$procedure" 'a DO block' "DO \$\$ BEGIN $call; END \$\$"
refused "$procedure" 'a DO block that has committed' "DO \$\$ BEGIN INSERT INTO ran VALUES ('kept'); COMMIT; $call; END \$\$"
refused "$block" 'a DO block with an exception handler' "DO \$\$ BEGIN $call; EXCEPTION WHEN division_by_zero THEN NULL; END \$\$"
refused "$procedure" 'a DO block in a loop over a query' "DO \$\$ DECLARE r record; BEGIN FOR r IN SELECT generate_series(1, 3) LOOP $call; END LOOP; END \$\$"
refused "$procedure" 'a procedure' 'CALL around()'
refused "$procedure" 'a procedure that has committed' 'CALL after_commit()'
refused "$procedure" 'a procedure of a procedure' 'CALL around_around()'
refused "$procedure" 'a procedure, dynamic' 'CALL dynamic()'
refused "$block" 'a procedure with SECURITY DEFINER' 'CALL definer()'
refused "$block" 'a procedure with SET' 'CALL with_set()'
refused "$block" 'a procedure in SQL' 'CALL plain()'
rail 'a procedure that catches the error and commits' ok 'CALL catches()'
refused "$block" 'a function' 'SELECT inside()'
refused "$block" 'a function, dynamic' 'SELECT inside_dynamic()'
refused "$block" 'a function in SQL' 'SELECT inside_sql()'
refused "$block" 'a function in an argument of the call' 'CALL migrator.apply_each(inside())'
refused "$block" 'a trigger' 'INSERT INTO fired VALUES (1)'
refused "$block" 'a deferred trigger, at the commit of a statement' 'INSERT INTO fired_late VALUES (1)'
refused "$block" 'a deferred trigger, at COMMIT' BEGIN 'INSERT INTO fired_late VALUES (1)' COMMIT
refused "$block" 'an event trigger' 'SET rails.fire = on' 'CREATE TABLE fires ()'
rail 'SELECT instead of CALL' '42809 migrator.apply_each() is a procedure; HINT: To call a procedure, use CALL.' 'SELECT migrator.apply_each()'
rail 'PREPARE, which takes no CALL' '42601 syntax error at or near "CALL"' "PREPARE p AS $call"
rail 'afterwards' ok 'SELECT 1'

untouched() { # whatever was refused has run nothing
    is "$1: none of them has run a migration" '1|pending|0' \
        "$(sql "SELECT version, status, (SELECT count(*) FROM migrator.history) FROM migrator.status()")"
    is "$1: nor left anything but what was committed before the call" 'kept,kept|0|0|' \
        "$(sql "SELECT (SELECT string_agg(what, ',') FROM ran), (SELECT count(*) FROM fired), (SELECT count(*) FROM fired_late), to_regclass('fires')")"
    sql 'TRUNCATE ran'
}
rails() { # rails CLIENT
    local i lines
    mapfile -t lines < <("$1_client" "${steps[@]}" | grep -v '^WARNING: there is no transaction in progress')
    for i in "${!names[@]}"; do
        is "$1: ${names[i]}" "${wanted[i]}" "${lines[i]:-no answer}"
    done
    untouched "$1"
}
for client in "${clients[@]}"; do rails "$client"; done

echo '# statements together'
refusal="25001 migrator.apply_each() cannot be called in a $block$hint"
is 'psql: several in one message, -1, AUTOCOMMIT off' "$(for name in before behind; do echo "$name: $refusal"; done)"$'\n'"1
ERROR:  25001
1
ERROR:  25001" \
    "$(psql_client "before SELECT 1; $call" "behind $call; SELECT 1"
        psql -X -q -1 -c "$call" >/dev/null 2>&1 || echo $?
        psql -X -1 -v VERBOSITY=sqlstate -c "$call" 2>&1 || true
        psql -X -q -c '\set AUTOCOMMIT off' -c "$call" >/dev/null 2>&1 || echo $?
        psql -X -v VERBOSITY=sqlstate -c '\set AUTOCOMMIT off' -c "$call" 2>&1 || true)"
! with_node || is 'node-postgres: several in one message' "$(for _ in 1 2; do echo "simple: $refusal"; done)"$'\nsimple: ok' \
    "$(node_client "simple SELECT 1; $call" "simple $call; SELECT 1" 'simple SELECT 1')"
is 'JDBC: autocommit off; then the connection goes on' \
    "autocommit: ok
statement: $refusal
autocommit: ok
callable: $refusal
autocommit: ok
statement: ok
batch: $refusal
statement: $refusal
statement: ok" \
    "$(jdbc_client 'autocommit off' "statement $call" 'autocommit off' 'callable null' 'autocommit on' 'statement SELECT 1' \
        $'batch INSERT INTO ran VALUES (2)\n'"$call" "statement INSERT INTO ran VALUES (2); $call" 'statement SELECT 1')"
is 'nothing of that ran' 0 "$(sql 'SELECT (SELECT count(*) FROM migrator.history) + (SELECT count(*) FROM ran)')"
is 'nor is a lock left' '' "$(anomaly)"

echo '# what it may be called beside'
next=100
again() { # one more migration that is to run; again concurrently: without a transaction
    next=$((next + 1))
    sql "SELECT migrator.load('$next', 'next', '${1:+-- migrator: no-transaction
        CREATE INDEX CONCURRENTLY next$next ON ran (what); }INSERT INTO ran VALUES ($next); INSERT INTO ran VALUES (0)')" >/dev/null
}
ran() { # and it did, once; what else there is of rows
    is "$1: it ran" "$next,0${2:-}|applied" \
        "$(sql "SELECT (SELECT string_agg(what, ',' ORDER BY what::int DESC) FROM ran), status FROM migrator.status() WHERE version = '$next'")$(anomaly)"
    sql 'TRUNCATE ran'
}
sql 'CALL migrator.apply_each()' 'TRUNCATE ran'
beside_cursor='DECLARE c CURSOR WITH HOLD FOR SELECT 1 / (2 - g) FROM generate_series(0, 1) g'
for client in "${clients[@]}"; do
    for kind in '' concurrently; do
        again $kind
        is "$client: a cursor WITH HOLD from before, which goes on" "NOTICE: applying 1 of 1: $next next"$'\n'"NOTICE: applied $next next"$'\nrail: ok' \
            "$("${client}_client" "rail BEGIN"$'\n'"$beside_cursor"$'\nCOMMIT\nFETCH c\n'"$call"$'\nFETCH c\nCLOSE c' |
                grep -v '^WARNING: there is no transaction' | { [[ $client != psql ]] || printf '%s\n' "NOTICE: applying 1 of 1: $next next" "NOTICE: applied $next next"; cat; })"
        ran "$client"
    done
done
again
is 'psql: a script of several statements' $'1\n2' "$(psql -X -q -A -t <<<"SELECT 1; $call; SELECT 2;")"
ran psql

at_the_end() {
    is 'the server is the one that was started' "$started" "$(sql 'SELECT pg_postmaster_start_time()')"
    is 'and has nothing alarming in its log' '' \
        "$(grep -aE 'PANIC|FATAL|TRAP|terminated by signal|snapshot|leak|deadlock|WARNING' "$CLUSTER_HOME/clients/log" | grep -vE 'there is no transaction|that no migration has made' || true)"
    checked
}

echo '# pipelines'
if ! with_node; then
    at_the_end
    exit
fi
pipeline() { # pipeline WHAT ANSWERS MESSAGE..
    is "$1" "pipeline: $2" "$(node_client "pipeline $(printf '%s\n' "${@:3}")")"
}
again
refused_second="SELECT 1, $refusal, ready I, SELECT 1, ready I"
pipeline 'the call is the second' "$refused_second" 'all SELECT 1' "all $call" sync
pipeline 'its portal is the older one' "$refused_second" "parse call $call" 'bind call call' 'all SELECT 1' 'execute call 0' sync
pipeline 'what comes before it is undone with it' "INSERT 0 1, $refusal, ready I, SELECT 1, ready I" 'all INSERT INTO ran VALUES (1)' "all $call" 'all SELECT 2' sync
pipeline 'a setting before it' "SET, $refusal, ready I, SELECT 1, ready I" "all SET migrator.lock_wait = 0" "all $call" sync
pipeline 'a suspended portal before it' "suspended, $refusal, ready I, SELECT 1, ready I" \
    'parse s SELECT generate_series(1, 3)' 'bind s s' 'execute s 1' "all $call" sync
pipeline 'a message of the simple protocol behind a statement without Sync' "$refused_second" 'all SELECT 1' "query $call"
pipeline 'BEGIN before it' "BEGIN, $refusal, ready E, ROLLBACK, ready I, SELECT 1, ready I" 'all BEGIN' "all $call" sync 'query ROLLBACK'
is 'none of these has run it' '|pending' "$(sql "SELECT (SELECT string_agg(what, ',') FROM ran), status FROM migrator.status() WHERE version = '$next'")"

pipeline 'the call is the first' 'CALL, INSERT 0 1, ready I, SELECT 1, ready I' "all $call" 'all INSERT INTO ran VALUES (-1)' sync
ran 'the call is the first' ',-1'
again
pipeline 'the second fails' "CALL, 22012 division by zero, ready I, SELECT 1, ready I" "all $call" 'all SELECT 1 / 0' 'all INSERT INTO ran VALUES (-1)' sync
ran 'the second fails'
again
pipeline 'the call twice' "CALL, $refusal, ready I, SELECT 1, ready I" "all $call" "all $call" sync
ran 'the call twice'
again
pipeline 'the call twice, with Sync in between' 'CALL, ready I, CALL, ready I, SELECT 1, ready I' "all $call" sync "all $call" sync
ran 'the call twice, with Sync in between'
again
pipeline 'with Flush' 'CALL, SELECT 1, ready I, SELECT 1, ready I' "all $call" flush 'all SELECT 1' sync
ran 'with Flush'
again
pipeline 'with a limit of rows' 'CALL, ready I, SELECT 1, ready I' 'parse - '"$call" 'bind - -' 'execute - 1' sync
ran 'with a limit of rows'
open=('parse s SELECT generate_series(1, 3)' 'bind s s')
for kind in '' concurrently; do
    again $kind
    pipeline 'a portal that is open, which the first commit closes' 'CALL, 34000 portal "s" does not exist, ready I, SELECT 1, ready I' \
        "${open[@]}" "parse - $call" 'bind - -' 'execute - 0' 'execute s 0' sync
    ran 'a portal that is open'
done
again
pipeline 'its portal twice' 'CALL, 55000 portal "c" cannot be run, ready I, SELECT 1, ready I' "parse c $call" 'bind c c' 'execute c 0' 'execute c 0' sync
ran 'its portal twice'
again
# That the protocol does not provide for: from 18 on the server stays in a transaction then, whatever the statement was.
answers=$(node_client "pipeline all SELECT 1"$'\n''query SELECT 1')
pipeline 'a message of the simple protocol behind the call without Sync' "CALL${answers#pipeline: SELECT 1}" "all $call" 'query SELECT 1'
ran 'a message of the simple protocol behind it'
for directive in '' '-- migrator: no-transaction'; do
    sql "SELECT migrator.load('900', 'fails', '$directive
        SELECT 1 / 0')" >/dev/null
    failed_call="22012 division by zero, migration 900 (fails); $correct, ready I, SELECT 1, ready I"
    pipeline 'the call fails' "$failed_call" "all $call" 'all INSERT INTO ran VALUES (1)' sync
    pipeline 'the call fails beside a portal that is open' "$failed_call" "${open[@]}" "all $call" 'all INSERT INTO ran VALUES (1)' sync
    is 'and what is behind it does not run' 0 "$(sql 'SELECT count(*) FROM ran')"
    is 'the call fails beside a cursor WITH HOLD, which goes on' $'simple: ok\n'"simple: 22012 division by zero, migration 900 (fails); $correct"$'\nsimple: ok' \
        "$(node_client "simple $beside_cursor" "simple $call" 'simple FETCH c; CLOSE c' | grep -v ^NOTICE)"
done
is 'JDBC: a batch that begins with the call' "batch: 22012 division by zero, migration 900 (fails); $correct"$'\nstatement: ok' \
    "$(jdbc_client "batch $call"$'\nINSERT INTO ran VALUES (2)' 'statement SELECT 1')"
at_the_end
