#!/usr/bin/env bash
# apply_each() from psql, node-postgres and JDBC: it works, a failure arrives as what it is, and wherever a call cannot
# be run it is refused, with the way out, by a server that lives on.
set -euo pipefail
. test/cluster/checks.bash

# What npm installs stays for the next time, until another version is asked for.
modules=$PWD/build/clients
mkdir -p "$modules"
cmp -s test/clients/package-lock.json "$modules/installed" || {
    cp test/clients/package.json test/clients/package-lock.json "$modules/"
    (cd "$modules" && npm ci --silent --no-audit --no-fund --ignore-scripts)
    cp test/clients/package-lock.json "$modules/installed"
}

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
    PGOPTIONS='' NODE_PATH=$modules/node_modules node test/clients/client.js "$@" 2>&1 || true
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
sql 'CREATE TABLE ran (what text)' \
    "SELECT migrator.load('1', 'table', 'CREATE TABLE t (id int, grp int); INSERT INTO t SELECT g, g % 10 FROM generate_series(1, 1000) g; INSERT INTO ran VALUES (1)')" \
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
for client in psql node jdbc; do createdb -T everything "${client}_db"; done
names=(table index maintenance enum value its_use partitions detach database system no_index last)
said() { # said MODE FROM TO: the NOTICEs of a step, and that it went well
    local i
    for ((i = $2; i <= $3; ++i)); do echo "NOTICE: applied $i ${names[i - 1]}"; done
    echo "$1: ok"
}
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
export PGDATABASE=node_db
is 'node-postgres: extended protocol, with a parameter and without' \
    "$(said parameter 1 2; said extended 3 9; said simple 10 10; said parameter 11 12; echo prepared: ok)" \
    "$(PGAPPNAME=node_client node_client 'parameter 2' "extended CALL migrator.apply_each('9')" "simple CALL migrator.apply_each('10')" \
        'parameter null' 'prepared CALL migrator.apply_each()')"
is 'node-postgres: what ran' "$wanted"$'\nnode_client' "$(outcome)"
export PGDATABASE=jdbc_db
is 'JDBC: CallableStatement, Statement, PreparedStatement' \
    "$(said callable 1 2; said statement 3 10; said callable 11 12; echo prepared: ok
        echo 'escape: 42809 migrator.apply_each(character varying) is a procedure; HINT: To call a procedure, use CALL.')" \
    "$(jdbc_client 'callable 2' "statement CALL migrator.apply_each('10')" 'callable null' 'prepared CALL migrator.apply_each()' 'escape 12')"
is 'JDBC: what ran' "$wanted"$'\nPostgreSQL JDBC Driver' "$(outcome)"
sql "SELECT migrator.load('13', 'escape', 'INSERT INTO ran VALUES (13)')" "SELECT migrator.load('14', 'slow', 'SELECT pg_sleep(60)')" >/dev/null
is "JDBC's own spelling of a call, which needs a setting of the driver; a time-out of the driver" \
    $'NOTICE: applied 13 escape\nescape: ok\ntimeout: ok\nstatement: 57014 canceling statement due to user request, migration 14 (slow)\nstatement: ok' \
    "$(jdbc_options='&escapeSyntaxCallMode=callIfNoReturn' jdbc_client 'escape 13' 'timeout 1' 'statement CALL migrator.apply_each()' 'statement SELECT 1')"
is 'the time-out is in the history' '57014' "$(sql "SELECT sqlstate FROM migrator.history WHERE version = '14'")"
checked
