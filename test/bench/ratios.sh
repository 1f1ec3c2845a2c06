#!/usr/bin/env bash
# Ratios, each of two things measured in turn in one run; the median of the rounds is printed. Started by scripts/bench,
# which made the cluster. BENCH_SIZES="100 1000" and BENCH_ROUNDS=3 make it shorter.
set -euo pipefail
. test/bench/ratios.bash

sizes=${BENCH_SIZES:-100 1000 10000}
rounds=${BENCH_ROUNDS:-5}

floor='DO $floor$ DECLARE body text; BEGIN
       FOR body IN SELECT up FROM bodies ORDER BY version LOOP EXECUTE body; END LOOP; END $floor$'

floor_each='DO $floor$ DECLARE body text; BEGIN
       FOR body IN SELECT up FROM bodies ORDER BY version LOOP EXECUTE body; COMMIT; END LOOP; END $floor$'

# Two things in turn on fresh copies, each of them first every other round: what runs second finds the machine warmer.
pair() { # pair FILE OURS THEIRS: commands, run with the database they get as their argument
    copy_database bench_loaded bench_ours
    copy_database bench_loaded bench_theirs
    sql -d postgres -c CHECKPOINT
    local ours theirs
    if ((round % 2)); then
        ours=$($2 bench_ours)
        theirs=$($3 bench_theirs)
    else
        theirs=$($3 bench_theirs)
        ours=$($2 bench_ours)
    fi
    echo "$ours $theirs" >>"$work/$1.$n"
}
apply_timed() { timed "$1" 'SELECT count(*) FROM migrator.apply()'; }
apply_ungated_timed() { timed "$1" "SET migrator.on_hazard = 'ignore'" 'SELECT count(*) FROM migrator.apply()'; }
rehearse_timed() { timed "$1" 'SELECT count(*) FROM migrator.rehearse()'; }
floor_timed() { timed "$1" "$floor"; }
apply_wall() { wall psql -X -q -d "$1" -c 'SELECT count(*) FROM migrator.apply()'; }
psql_wall() { wall psql -X -q -1 -d "$1" -f "$work/$n.sql"; }
each_timed() { timed "$1" 'CALL migrator.apply_each()'; }
floor_each_timed() { timed "$1" "$floor_each"; }
each_wall() { wall psql -X -q -d "$1" -c 'CALL migrator.apply_each()'; }
psql_each_wall() { wall psql -X -q -d "$1" -f "$work/$n.each.sql"; }

for n in $sizes; do
    make_migrations "$n"
    sql -d postgres -c 'DROP DATABASE IF EXISTS bench_loaded' -c 'CREATE DATABASE bench_loaded'
    sql -d bench_loaded -c 'CREATE EXTENSION migrator' \
        -c "SELECT count(*) FROM migrator.load_dir('$work/$n')" \
        -c 'CREATE TABLE done (version int PRIMARY KEY, at timestamptz DEFAULT now())' \
        -c 'CREATE TABLE bodies AS SELECT version, up FROM migrator.migration' -c 'VACUUM ANALYZE' >/dev/null

    for ((round = 0; round < rounds; round++)); do
        pair floor apply_timed floor_timed
        pair hazards apply_timed apply_ungated_timed
        pair psql apply_wall psql_wall
        pair rehearse rehearse_timed apply_timed
        pair each_floor each_timed floor_each_timed
        pair each_psql each_wall psql_each_wall
    done
    report "apply() of $n / DO that EXECUTEs the bodies" 1.10 <"$work/floor.$n"
    report "apply() of $n / the same, on_hazard = ignore" 1.05 <"$work/hazards.$n"
    report "apply() of $n / psql -1 -f" 0.90 <"$work/psql.$n"
    report "rehearse() of $n / apply() of them" 1.5 <"$work/rehearse.$n"
    report "apply_each() of $n / DO that EXECUTEs and COMMITs" 1.15 <"$work/each_floor.$n"
    report "apply_each() of $n / psql, BEGIN .. COMMIT each" 0.80 <"$work/each_psql.$n"

    for ((round = 0; round < 3 * rounds; round++)); do
        ours=$(wall psql -X -q -d bench_ours -c 'SELECT * FROM migrator.apply()')
        theirs=$(wall psql -X -q -d bench_ours -c 'SELECT 1')
        echo "$ours $theirs" >>"$work/nothing.$n"
        ours=$(timed bench_ours 'SELECT * FROM migrator.status()')
        theirs=$(timed bench_ours 'SELECT * FROM migrator.migration')
        echo "$ours $theirs" >>"$work/status.$n"
    done
    report "apply() with $n applied and nothing to do / SELECT 1" 1.4 <"$work/nothing.$n"
    report "status() of $n / SELECT * FROM migrator.migration" 3 <"$work/status.$n"

    sql -d postgres -c 'DROP DATABASE IF EXISTS bench_load' -c 'CREATE DATABASE bench_load'
    for ((round = 0; round < rounds; round++)); do
        sql -d bench_load -c 'DROP EXTENSION IF EXISTS migrator' -c 'CREATE EXTENSION migrator'
        ours=$(wall psql -X -q -d bench_load -c "SELECT count(*) FROM migrator.load_dir('$work/$n')")
        theirs=$(wall sh -c "find '$work/$n' -type f -print0 | xargs -0 cat | sha256sum")
        echo "$ours $theirs" >>"$work/load.$n"
        ours=$(wall psql -X -q -d bench_load -c "SELECT count(*) FROM migrator.load_dir('$work/$n')")
        theirs=$(wall sh -c "find '$work/$n' -type f -print0 | xargs -0 cat | sha256sum")
        echo "$ours $theirs" >>"$work/load_again.$n"
    done
    report "load_dir() of $n files / cat | sha256sum" '3, plus the parse' <"$work/load.$n"
    report "load_dir() of $n unchanged files / cat | sha256sum" 1.3 <"$work/load_again.$n"
done

if [[ -e $work/floor.1000 && -e $work/floor.10000 ]]; then
    report 'growth of apply() from 1,000 to 10,000' 'about 10: linear' \
        < <(paste -d ' ' <(cut -d ' ' -f 1 "$work/floor.10000") <(cut -d ' ' -f 1 "$work/floor.1000"))
fi

# lint() and conflicts(): migrations of a statement each, all about different ones of 2,000 tables with keys, indexes and checks.
make_database_to_lint() {
    sql -d postgres -c 'DROP DATABASE IF EXISTS bench_lint' -c 'CREATE DATABASE bench_lint'
    sql -d bench_lint -c 'CREATE EXTENSION migrator' >/dev/null
    sql -d bench_lint <<'SQL'
SELECT format('CREATE TABLE t%s (id bigint PRIMARY KEY, parent bigint %s, a int CHECK (a IS NOT NULL), b varchar(20),
               c text, n numeric(10,2), at timestamptz DEFAULT now(), d date)', i,
              CASE WHEN i > 1 THEN format('REFERENCES t%s', i / 2) END),
       format('CREATE INDEX ON t%s (a)', i), format('CREATE INDEX ON t%s (b, at)', i)
FROM generate_series(1, 2000) i ORDER BY i \gexec
SQL
    # Half of them are felt by what the statistics say: those have findings.
    sql -d bench_lint -c 'VACUUM ANALYZE' -c "UPDATE pg_class SET reltuples = 50000 WHERE relname ~ '^t\\d*[02468]\\d\$'"
    sql -d bench_lint -c "SELECT count(migrator.load(i::text, 'step', format((ARRAY[
        'ALTER TABLE %s ADD COLUMN fresh_%s int NOT NULL DEFAULT 0', 'ALTER TABLE %s ALTER COLUMN b TYPE varchar(40)',
        'ALTER TABLE %s ALTER COLUMN a SET NOT NULL', 'CREATE INDEX ON %s (c)',
        'ALTER TABLE %s ADD COLUMN key_%s uuid DEFAULT gen_random_uuid()', 'UPDATE %s SET d = now() WHERE id = 1',
        'ALTER TABLE %s ADD CHECK (n > 0) NOT VALID', 'DROP INDEX IF EXISTS %s_a_idx',
        CASE WHEN i <= 2000 THEN 'ALTER TABLE %s RENAME COLUMN d TO day' ELSE 'ALTER TABLE %s ALTER COLUMN day SET STATISTICS 50' END,
        'CREATE VIEW v%2\$s AS SELECT id FROM %1\$s'])[i % 10 + 1],
        't' || 1 + i * 7919 % 2000, i), module => 'm' || count)) FROM (VALUES (1000), (4000)) m (count),
        generate_series(1, count) i" >/dev/null
}
make_database_to_lint
for count in 1000 4000; do
    for ((round = 0; round < rounds; round++)); do
        ours=$(timed bench_lint "SELECT count(*) FROM migrator.lint(module => 'm$count')")
        theirs=$(timed bench_lint "SELECT count(*) FROM migrator.plan(module => 'm$count')")
        echo "$ours $theirs" >>"$work/lint.$count"
    done
    report "lint() of $count, 2,000 tables / plan() of the same" "$((count * 6 / 10)) ms for the first" <"$work/lint.$count"
done
report 'growth of lint() from 1,000 to 4,000' 'about 4: linear' \
    < <(paste -d ' ' <(cut -d ' ' -f 1 "$work/lint.4000") <(cut -d ' ' -f 1 "$work/lint.1000"))

for count in 1000 4000; do
    for ((round = 0; round < rounds; round++)); do
        ours=$(timed bench_lint "SELECT count(*) FROM migrator.conflicts(module => 'm$count')")
        theirs=$(timed bench_lint "SELECT count(*) FROM migrator.rehearse(module => 'm$count')")
        echo "$ours $theirs" >>"$work/conflicts.$count"
    done
    report "conflicts() of $count / rehearse() of the same" 2.5 <"$work/conflicts.$count"
done
report 'growth of conflicts() from 1,000 to 4,000' 'about 4: linear' \
    < <(paste -d ' ' <(cut -d ' ' -f 1 "$work/conflicts.4000") <(cut -d ' ' -f 1 "$work/conflicts.1000"))
