#!/usr/bin/env bash
# What travels to a logical replica, what does not, and what its own migrator makes of it.
set -euo pipefail
. test/cluster/checks.bash

server publisher wal_level=logical migrator.on_hazard=ignore
clusters=(subscriber "${clusters[@]}")
cluster_new_apart subscriber wal_level=logical migrator.on_hazard=ignore
cluster_start subscriber

on() {
    cluster_use "$1"
    export PGDATABASE=$2
}
source="host=$CLUSTER_TEMP/publisher port=5432 user=postgres"
caught_up() { # caught_up DATABASE: the subscriber has what the publisher has written
    on publisher "$1"
    local position
    position=$(sql 'SELECT pg_current_wal_lsn()')
    wait_for 'the subscriber catches up' "SELECT count(*) = 1 FROM pg_stat_replication WHERE application_name = 'sub_$1' AND flush_lsn >= '$position'"
    on subscriber "$1"
}
subscribe() { # subscribe DATABASE OPTIONS: wait until the first copies are made
    on subscriber "$1"
    sql "CREATE SUBSCRIPTION sub_$1 CONNECTION '$source dbname=$1' PUBLICATION pub WITH ($2)" >/dev/null
    wait_for 'the tables are copied' "SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel"
}
both() { # both DATABASE
    on subscriber "$1"
    database "$1"
    on publisher postgres
    database "$1"
}
load() {
    sql "SELECT migrator.load('1', 'table', 'CREATE TABLE t (n int PRIMARY KEY)', 'DROP TABLE t')" \
        "SELECT migrator.load('2', 'column', 'ALTER TABLE t ADD x int DEFAULT 7', 'ALTER TABLE t DROP x')" >/dev/null
}

echo "# tables of the application are published, each side has a record of its own"
both app
load
sql "SELECT FROM migrator.apply('1')" "CREATE PUBLICATION pub FOR TABLE t"
on subscriber app
load
sql "SELECT FROM migrator.apply('1')"
subscribe app 'copy_data = true'
on publisher app
sql 'INSERT INTO t VALUES (1)'
caught_up app
is 'rows travel' 1 "$(sql 'SELECT n FROM t')"
is 'apply() works on the subscriber' '2|applied' "$(sql 'SELECT version, status FROM migrator.apply()')"
on publisher app
is 'its migration does not travel back' '1|applied 2|pending' "$(sql 'SELECT version, status FROM migrator.status()' | paste -sd ' ')"
sql 'SELECT FROM migrator.apply()' 'INSERT INTO t VALUES (2, 8)'
caught_up app
is 'subscriber first, then publisher: nothing stops' '1|7 2|8' "$(sql 'SELECT n, x FROM t ORDER BY n' | paste -sd ' ')"
on publisher app
sql "SELECT migrator.load('3', 'late', 'ALTER TABLE t ADD y int; INSERT INTO t VALUES (3, 9, 10)')" 'SELECT FROM migrator.apply()' >/dev/null
on subscriber app
wait_for 'the apply worker stops' "SELECT apply_error_count > 0 FROM pg_stat_subscription_stats WHERE subname = 'sub_app'"
is 'publisher first: DDL does not travel, and replication stops' 2 "$(sql 'SELECT count(*) FROM t')"
sql "SELECT migrator.load('3', 'late', 'ALTER TABLE t ADD y int')" 'SELECT FROM migrator.apply()' >/dev/null
caught_up app
is 'until the subscriber has run it too' '3|9|10' "$(sql 'SELECT * FROM t WHERE n = 3')"

echo '# tables of the extension are published'
both record
load
sql 'CREATE PUBLICATION pub FOR TABLES IN SCHEMA migrator' 'SELECT FROM migrator.apply($$1$$)'
subscribe record 'copy_data = true'
is 'bodies and history are copied' '1|applied 2|pending' "$(sql 'SELECT version, status FROM migrator.status()' | paste -sd ' ')"
is 'the tables that they made are not' '' "$(sql "SELECT to_regclass('t')")"
on publisher record
sql "SELECT migrator.load('2', 'edited', 'ALTER TABLE t ADD z int')" "SELECT migrator.load('9', 'gone', 'SELECT 9')" \
    "SELECT migrator.unload('9')" 'SELECT FROM migrator.apply()' >/dev/null
caught_up record
is 'what is loaded, changed, unloaded and applied later travels too' '1|table|applied 2|edited|applied' \
    "$(sql 'SELECT version, name, status FROM migrator.status()' | paste -sd ' ')"
is 'the position of the ids does not' '1|f' "$(sql 'SELECT last_value, is_called FROM migrator.history_entry_id_seq')"
is 'nobody runs there' '' "$(sql 'SELECT running_pid FROM migrator.summary()')"
like 'the record is append-only there too' '^ERROR:  0A000: ' "$(error_of 'DELETE FROM migrator.history_entry')"
like 'also in the role of the replica' '^ERROR:  0A000: ' \
    "$(error_of 'SET session_replication_role = replica' 'DELETE FROM migrator.history_entry')"
is 'before it takes over: DROP SUBSCRIPTION, and the ids put right' '3|applied' \
    "$(sql 'DROP SUBSCRIPTION sub_record' >/dev/null 2>&1
        sql "$(awk '/^## Standby and replicas/ { inside = 1 } inside' docs/backup-and-replicas.md | tr '\n' ' ' | grep -o 'SELECT setval([^`]*' | head -n 1)" \
            "SELECT migrator.load('3', 'new', 'SELECT 3')" >/dev/null
        sql 'SELECT version, status FROM migrator.apply()')"

echo '# FOR ALL TABLES has those of the extension in it'
both everything
load
sql "SELECT FROM migrator.apply('1')" 'CREATE PUBLICATION pub FOR ALL TABLES'
is 'they are published' 'migrator.history_entry migrator.migration migrator.statement_entry public.t' \
    "$(sql "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY schemaname || '.' || tablename) FROM pg_publication_tables")"
on subscriber everything
load
sql "SELECT FROM migrator.apply('1')" \
    "CREATE SUBSCRIPTION sub_everything CONNECTION '$source dbname=everything' PUBLICATION pub" >/dev/null
# 19 counts tables by themselves.
wait_for 'the first copy fails' "SELECT bool_or(value <> '0') FROM pg_stat_subscription_stats s, jsonb_each_text(to_jsonb(s)) WHERE key ~ '^sync_(table_)?error_count' AND subname = 'sub_everything'"
like 'a subscriber with a record of its own collides with it' 'duplicate key value violates unique constraint "(history_entry|migration)_pkey"' \
    "$(grep -o 'duplicate key.*' "$CLUSTER_HOME/subscriber/log" | sort -u)"
checked
