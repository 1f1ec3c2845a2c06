#!/usr/bin/env bash
# Thousands of new tables in one transaction run out of lock space: a clear error, and nothing is left.
set -euo pipefail
. test/cluster/checks.bash

server lock_space max_locks_per_transaction=10 max_connections=10 max_worker_processes=0 max_logical_replication_workers=0 \
    max_wal_senders=0 wal_level=minimal
database app
sql "SELECT count(migrator.load(i::text, 'table_' || i, format('CREATE TABLE t%s (n int)', i),
                                format('DROP TABLE t%s', i)))
     FROM generate_series(1, 4000) i" \
    "SELECT migrator.load('1', 'many', \$\$
         SELECT 1;
         DO \$many\$ BEGIN
             FOR i IN 1..4000 LOOP EXECUTE format('CREATE TABLE m%s (n int)', i); END LOOP;
         END \$many\$; \$\$,
         module => 'one')" >/dev/null

left() {
    sql "SELECT (SELECT count(*) FROM pg_class WHERE relname ~ '^[tm][0-9]+\$'),
                (SELECT count(*) FROM migrator.history),
                (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), (SELECT pending FROM migrator.summary())"
}

for module in main one; do
    echo "# module $module"
    error=$(error_of "SELECT FROM migrator.apply(module => '$module')")
    like 'apply() ends in 53200, the server'\''s own' '^ERROR:  53200: out of shared memory' "$error"
    like 'the HINT names apply_each()' $'HINT:  [^\n]*migrator\\.apply_each\\(' "$error"
    like 'the HINT names apply(target)' $'HINT:  [^\n]*apply\\(target\\)' "$error"
    like 'the HINT names the setting' $'HINT:  [^\n]*max_locks_per_transaction' "$error"
    like 'the CONTEXT names the migration' 'migration [0-9]+ \((table_[0-9]+|many)\)' "$error"
    is 'nothing is left of it' '0|0|0|4000' "$(left)"
done

echo '# a session in which it happens goes on'
went_on=$(psql -X -q -A -t 2>&1 <<'SQL'
\set VERBOSITY sqlstate
SELECT count(*) FROM migrator.apply();
SELECT count(*) FROM migrator.apply('50');
SELECT count(*) FROM migrator.rollback(10);
SELECT count(*) FROM migrator.apply();
BEGIN;
SAVEPOINT before;
SELECT count(*) FROM migrator.apply();
ROLLBACK TO before;
SELECT count(*) FROM migrator.apply('50');
COMMIT;
SQL
)
is 'also in a transaction with a savepoint' \
    $'ERROR:  53200\n50\n10\nERROR:  53200\nERROR:  53200\n10' "$went_on"
is 'what succeeded is there, once' '50|70|0|3950' "$(left)"

echo '# a dry run reports it'
dry=$(sql 'SELECT status, error FROM migrator.apply(dry_run => true)' | grep -v '^skipped|$')
is 'as one row' 1 "$(wc -l <<<"$dry")"
like 'failed, with the SQLSTATE and the place' \
    '^failed\|.*out of shared memory.*\(SQLSTATE 53200, migration [0-9]+ \(table_[0-9]+\)' "$dry"
is 'nothing is left of it' '50|70|0|3950' "$(left)"

echo '# wherever it happens: in a statement, between migrations, in the bookkeeping'
limit=$(error_of "SELECT FROM migrator.apply()" | grep -oE 'migration [0-9]+' | grep -oE '[0-9]+')
for ((target = limit - 6; target <= limit + 1; target++)); do
    like "apply('$target') has the HINT or succeeds" '^no error$|HINT: [^'$'\n'']*migrator\.apply_each\(' \
        "$(error_of BEGIN "SELECT FROM migrator.apply('$target')" ROLLBACK)"
done

echo '# in portions, as the HINT says'
for ((target = 100; target <= 400; target += 50)); do
    is "apply('$target')" 50 "$(sql "SELECT count(*) FROM migrator.apply('$target')")"
done
is 'all of it is there' '400|420|0|3600' "$(left)"
checked
