#!/usr/bin/env bash
# What a run must do besides executing the bodies, done in PL/pgSQL: each row adds one thing to the row before it, and
# the last one is ours, which does them all. Ratios to the loop that only executes. Started by scripts/bench, which made
# the cluster. BENCH_SIZES="1000" and BENCH_ROUNDS=9 as in ratios.sh.
set -euo pipefail
. test/bench/ratios.bash

rounds=${BENCH_ROUNDS:-9}

# A copy of the table of the history, with its index and its defaults, and the columns that a run writes.
history_table='CREATE TABLE history (LIKE migrator.history_entry INCLUDING ALL)'
insert="INSERT INTO history (module, version, checksum, result, kind, action, reversible, name, raw_checksum, finished_at,
            execution_time_ms, run_by, started_at, checksum_algorithm, up_line, down_line, source, up)
        VALUES ('main', number, repeat('a', 64), 'applied', 'versioned', 'apply', true, 'step', repeat('b', 64),
            clock_timestamp(), 1.5, current_user, clock_timestamp(), 'sha256', 1, 1, 'migrations/0001_step.sql', body);"
subtransaction='BEGIN EXECUTE body; EXCEPTION WHEN division_by_zero THEN RAISE; END;' # the cheapest handler
notice="RAISE NOTICE 'applied % step (1 ms)', number;"

loop() { # loop STATEMENTS: of each body
    echo "DO \$loop\$ DECLARE body text; number int := 0; BEGIN
          FOR body IN SELECT up FROM bodies ORDER BY version LOOP number := number + 1; $1 END LOOP; END \$loop\$"
}

compare() { # compare N NAME CALL..: each on a fresh copy in turn; the first is what the others are divided by
    local n=$1 names=() calls=() took i round
    shift
    while (($#)); do
        names+=("$1")
        calls+=("$2")
        shift 2
    done
    for ((round = 0; round < rounds; round++)); do
        for i in "${!calls[@]}"; do
            copy_database bench_loaded bench_ours
            sql -d postgres -c CHECKPOINT
            took[i]=$(timed bench_ours "$history_table" "${calls[i]}")
            echo "${took[i]} ${took[0]}" >>"$work/budget.$n.$i"
        done
    done
    for i in "${!calls[@]}"; do
        report "$n: ${names[i]}" '' <"$work/budget.$n.$i"
        rm "$work/budget.$n.$i"
    done
}

for n in ${BENCH_SIZES:-1000}; do
    make_migrations "$n"
    sql -d postgres -c 'DROP DATABASE IF EXISTS bench_loaded' -c 'CREATE DATABASE bench_loaded'
    sql -d bench_loaded -c 'CREATE EXTENSION migrator' -c "SELECT count(*) FROM migrator.load_dir('$work/$n')" \
        -c 'CREATE TABLE bodies AS SELECT version, up FROM migrator.migration' -c 'VACUUM ANALYZE' >/dev/null
    compare "$n" 'EXECUTE each body' "$(loop 'EXECUTE body;')" \
        '... and a row of history each' "$(loop "EXECUTE body; $insert")" \
        '... and a subtransaction each' "$(loop "$subtransaction $insert")" \
        '... and a NOTICE each' "$(loop "$subtransaction $insert $notice")" \
        'apply()' 'SELECT count(*) FROM migrator.apply()'
    compare "$n" 'EXECUTE and COMMIT each body' "$(loop 'EXECUTE body; COMMIT;')" \
        '... and a row of history each' "$(loop "EXECUTE body; $insert COMMIT;")" \
        '... and a NOTICE each' "$(loop "EXECUTE body; $insert COMMIT; $notice")" \
        'apply_each()' 'CALL migrator.apply_each()'

    # Reading what decides that nothing is to be done, in new sessions as of a deployment.
    sql -d bench_ours -c 'VACUUM ANALYZE'
    for ((round = 0; round < 5 * rounds; round++)); do
        connected=$(wall psql -X -q -d bench_ours -c 'SELECT 1')
        counted=$(wall psql -X -q -d bench_ours -c "SELECT count(*) FROM migrator.migration" \
            -c "SELECT count(*) FROM migrator.history_entry WHERE result = 'applied'")
        compared=$(wall psql -X -q -d bench_ours -c "SELECT count(*) FROM migrator.migration m FULL JOIN migrator.history_entry h
            ON m.version::text = h.version::text AND m.checksum = h.checksum AND h.result = 'applied'")
        ours=$(wall psql -X -q -d bench_ours -c 'SELECT * FROM migrator.apply()')
        echo "$counted $connected" >>"$work/counted.$n"
        echo "$compared $connected" >>"$work/compared.$n"
        echo "$ours $connected" >>"$work/ours.$n"
    done
    report "$n applied: counting the rows of both tables / SELECT 1" '' <"$work/counted.$n"
    report "$n applied: their comparison by a join / SELECT 1" '' <"$work/compared.$n"
    report "$n applied: apply() with nothing to do / SELECT 1" '' <"$work/ours.$n"
done
