#!/usr/bin/env bash
# What a deployment with nothing to do takes: load_dir() and apply() in one psql, against `dbmate up`, of the same
# directory, all of which both have applied; wall times, in turn. Started by scripts/bench, which made the cluster.
# BENCH_SIZES="100 1000" and BENCH_ROUNDS=3 make it shorter.
set -euo pipefail
. test/bench/ratios.bash
. test/cluster/npm.bash
left_out() { echo "left out: $1, as $2"; }

sizes=${BENCH_SIZES:-1000}
rounds=${BENCH_ROUNDS:-5}
what='a deployment with nothing to do, against dbmate'
npm_modules adopt "$what" || exit 0
# The program itself: what npm puts into .bin starts Node.js first.
dbmate=$(find "$modules" -path '*/@dbmate/*/bin/dbmate' -type f)
if [[ -z $dbmate ]]; then
    left_out "$what" "npm has no dbmate for $(uname -sm)"
    exit 0
fi

ours() {
    psql -X -q -v ON_ERROR_STOP=1 -d bench_ours -c "SELECT * FROM migrator.load_dir('$work/$n')" \
        -c 'SELECT * FROM migrator.apply()'
}
theirs() {
    "$dbmate" --url "postgres://$PGUSER@/bench_theirs?socket=$PGHOST&sslmode=disable" --no-dump-schema \
        --migrations-dir "$work/$n" up
}
applied() { # applied DATABASE FROM: how many migrations its books have, and how many tables there are of them
    sql -d "$1" -c "SELECT (SELECT count(*) FROM $2), count(*) FROM pg_class WHERE relname ~ '^bench_\\d+$'"
}

for n in $sizes; do
    make_migrations "$n"
    find "$work/$n" -name '*.sql' -exec sed -i -e '1s/.*/-- migrate:up/' -e '$a -- migrate:down\nSELECT 1;' {} +
    sql -d postgres -c 'DROP DATABASE IF EXISTS bench_ours' -c 'CREATE DATABASE bench_ours' \
        -c 'DROP DATABASE IF EXISTS bench_theirs' -c 'CREATE DATABASE bench_theirs'
    sql -d bench_ours -c 'CREATE EXTENSION migrator'
    ours >/dev/null 2>>"$work/notices"
    theirs >/dev/null 2>>"$work/notices"
    ours=$(applied bench_ours "migrator.status() WHERE status = 'applied'")
    theirs=$(applied bench_theirs schema_migrations)
    if [[ $ours != "$n|"* || $theirs != "$ours" ]]; then
        echo "not all of $n migrations are applied: $ours by migrator, $theirs by dbmate" >&2
        exit 1
    fi
    sql -d bench_ours -c 'VACUUM ANALYZE'
    sql -d bench_theirs -c 'VACUUM ANALYZE'

    for ((round = 0; round < 3 * rounds; round++)); do
        ours=$(wall ours)
        theirs=$(wall theirs)
        echo "$ours $theirs" >>"$work/deployment.$n"
    done
    report "load_dir() and apply() of $n, no change / dbmate up" 1.0 <"$work/deployment.$n"
done
