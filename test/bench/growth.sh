#!/usr/bin/env bash
# What a further item costs between the tenfold and the hundredfold input, as a ratio to what it costs between the input
# and the tenfold: what every call costs, however small its input, is in neither. Above the limit it grows, and the
# script fails. Started by scripts/bench, which made the cluster. BENCH_GROWTH="1 5 25" takes less time.
set -euo pipefail

times=${BENCH_GROWTH:-1 10 100}
limit=2.5 # of the cost of an item: caches hold less of a larger input, and sorting takes n log n
work=$(mktemp -d /tmp/migrator-growth.XXXXXX)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
export PGOPTIONS='-c client_min_messages=error -c migrator.on_hazard=ignore' PGDATABASE=bench_growth
too_much=0

sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
sql -d postgres -c 'DROP DATABASE IF EXISTS bench_growth' -c 'CREATE DATABASE bench_growth'
sql -c 'CREATE EXTENSION migrator'

# Milliseconds of the last command of a session, the least of three; each is rolled back.
timed() {
    local call=$1 least=
    for _ in 1 2 3; do
        least+=" $(sql -c 'SELECT migrator.lock_key()' -c BEGIN -c '\timing on' -c "$call" |
            sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -n 1)"
    done
    xargs -n 1 <<<"$least" | sort -g | head -n 1
}

# grows WHAT N CALL [SETUP]: with @ for the number of items in both; the setup finds an extension without migrations
grows() {
    local what=$1 n=$2 call=$3 setup=${4:-} factor counts='' ms='' verdict
    for factor in $times; do
        if [[ -n $setup ]]; then
            sql -c 'DROP EXTENSION migrator' -c 'CREATE EXTENSION migrator' -c "${setup//@/$((n * factor))}" >/dev/null
        fi
        counts+=" $((n * factor))"
        ms+=" $(timed "${call//@/$((n * factor))}")"
    done
    verdict=$(awk -v what="$what" -v counts="$counts" -v times="$ms" -v limit="$limit" 'BEGIN {
        n = split(counts, count); split(times, ms)
        printf "%-60s", what
        for (i = 1; i <= n; i++) printf " %8d: %8.1f ms", count[i], ms[i]
        before = (ms[n - 1] - ms[n - 2]) / (count[n - 1] - count[n - 2])
        least = 1 / (count[n - 1] - count[n - 2])       # what is less than a millisecond is noise
        ratio = (ms[n] - ms[n - 1]) / (count[n] - count[n - 1]) / (before > least ? before : least)
        printf " %6.2f   (at most %s)%s", ratio, limit, (ratio > limit ? "   IT GROWS" : "")
    }')
    echo "$verdict"
    [[ $verdict != *'IT GROWS' ]] || too_much=$((too_much + 1))
}
file() { grows "$1" "$2" "SELECT count(*) FROM migrator.load_file('1_a.sql', $3)"; }
series() { echo "(SELECT string_agg($1, '') FROM generate_series(1, @) i)"; }

file 'load_file(): comments' 3000 "repeat(E'-- x\\n', @) || 'SELECT 1;'"
file 'load_file(): allow=' 1000 "$(series "format(E'-- migrator: allow=a why\\nSELECT %s;\\n', i)")"
file 'load_file(): requires=' 1000 "$(series "format(E'-- migrator: requires=%s\\n', i)") || 'SELECT 1'"
file 'load_file(): statements' 1000 "repeat(E'SELECT 1;\\n', @)"
file 'load_file(): blocks of COPY' 1000 "repeat(E'COPY t FROM stdin;\\n1\\n\\\\.\\n', @)"
file 'load_file(): blocks of COPY, CRLF' 1000 "repeat(E'COPY t FROM stdin;\\r\\n1\\r\\n\\\\.\\r\\n', @)"
file 'load_file(): rows of COPY' 50000 "E'COPY t FROM stdin;\\n' || repeat(E'1\\n', @)"
file 'load_file(): commands of psql' 2000 "repeat(E'\\\\restrict a\\n', @) || 'SELECT 1'"
file 'load_file(): functions' 200 "repeat(E'CREATE FUNCTION f() RETURNS int AS \$\$ BEGIN\\n' || repeat(E'x := 1;\\n', 50) || E'END \$\$ LANGUAGE plpgsql;\\n', @)"
file 'load_file(): a literal' 1000000 "'SELECT ''' || repeat('x', @) || ''''"
file 'load_file(): changesets' 500 "E'--liquibase formatted sql\\n' || $(series "format(E'--changeset a:%s\\nSELECT 1;\\n--rollback SELECT 2;\\n', i)")"
grows 'load_file(): parts of the name' 3000 "SELECT count(*) FROM migrator.load_file(repeat('1_a/', @) || '1_a.sql', 'SELECT 1')"
grows 'load_file(): placeholders' 1000 "SELECT count(*) FROM migrator.load_file('V1__a.sql', repeat(E'SELECT \${a};\\n', @), 'flyway', '{\"a\": \"1\"}')"

python3 - "$work" $times <<'PY'
import io, os, sys, tarfile
for factor in map(int, sys.argv[2:]):
    with tarfile.open("%s/%d.tar.gz" % (sys.argv[1], 500 * factor), "w:gz", compresslevel=1) as tar:
        for i in range(500 * factor):
            info = tarfile.TarInfo("%d_a.sql" % i)
            info.size = 9
            tar.addfile(info, io.BytesIO(b"SELECT 1;"))
    os.mkdir("%s/%d" % (sys.argv[1], 500 * factor))
    for i in range(500 * factor):
        with open("%s/%d/%d_a.sql" % (sys.argv[1], 500 * factor, i), "w") as file:
            file.write("SELECT 1;")
PY
chmod -R a+rX "$work"
grows 'load_tar(): entries' 500 "SELECT count(*) FROM migrator.load_tar(pg_read_binary_file('$work/@.tar.gz'))"
grows 'load_dir(): files' 500 "SELECT count(*) FROM migrator.load_dir('$work/@')"
grows 'load_dir(): the same files again' 500 "SELECT count(*) FROM migrator.load_dir('$work/@')" \
    "SELECT count(*) FROM migrator.load_dir('$work/@')"

# Migrations as one that is loaded, with other columns: a module for each size.
module() { # module NAME UP [COLUMN VALUE]..
    local name=$1 up=$2 more=''
    shift 2
    while (($#)); do
        more+=", '$1', $2"
        shift 2
    done
    echo "SELECT migrator.load('0', 'm', 'SELECT 1', 'SELECT 2', module => '$name @');
        INSERT INTO migrator.migration SELECT r.* FROM migrator.migration m, generate_series(1, @) i,
        jsonb_populate_record(m, jsonb_build_object('version', i::text, 'name', 'm' || i,
        'up', replace('$up', '%s', i::text) $more)) r WHERE m.module = '$name @' AND m.version = '0'"
}
baselined="; SELECT count(*) FROM migrator.baseline('@', module => 'lib @')"
grows 'status(): migrations' 500 "SELECT count(*) FROM migrator.status('lib @')" "$(module lib 'SELECT 1')$baselined"
marks() { # marks WHAT N UP: baseline() of @ migrations
    grows "baseline(): $1" "$2" "SELECT count(*) FROM migrator.baseline('@', module => 'made @')" "$(module made "$3")"
}
marks 'tables' 200 'CREATE TABLE t%s (id int PRIMARY KEY, a int UNIQUE, CHECK (a > 0)); CREATE INDEX ON t%s (a)'
marks 'columns of a table' 20 'ALTER TABLE t ADD c%s int CHECK (c%s > 0)'
marks 'names for one table' 200 'ALTER TABLE IF EXISTS t%s RENAME TO u; CREATE VIEW v%s AS SELECT * FROM t; DROP VIEW v CASCADE'
marks 'DO blocks' 200 'CREATE TABLE t%s (id int); DO $x$ BEGIN DROP TABLE t%s, u; END $x$'
marks 'calls that may drop' 200 'CREATE OR REPLACE FUNCTION f() RETURNS int AS $x$ DROP TABLE t%s $x$ LANGUAGE sql; SELECT f()'
marks 'indexes without a name' 50 'CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX ON t (a)'
marks 'partitions' 100 'CREATE TABLE IF NOT EXISTS p (a int) PARTITION BY LIST (a); CREATE TABLE p%s PARTITION OF p FOR VALUES IN (%s)'
grows 'plan(): requirements of another module' 200 "SELECT count(*) FROM migrator.plan(module => 'needs @')" \
    "$(module lib 'SELECT 1')$baselined; $(module needs 'SELECT 1' requirements "ARRAY['lib @:' || i]")"
grows 'lint(): unmet requirements' 100 "SELECT count(*) FROM migrator.lint(module => 'lacks @')" \
    "$(module lacks 'SELECT 1' requirements "ARRAY['nothing']")"
grows 'conflicts(): columns of a table' 200 "SELECT count(*) FROM migrator.conflicts('columns @')" \
    "$(module columns 'ALTER TABLE IF EXISTS nothing ADD c%s int')"
grows 'conflicts(): failing migrations' 200 "SELECT count(*) FROM migrator.conflicts('failing @')" \
    "$(module failing 'ALTER TABLE nothing ADD c%s int')"
grows 'rehearse(): migrations' 200 "SELECT count(*) FROM migrator.rehearse(module => 'tables @')" \
    "$(module tables 'SELECT %s')"
# What costs little by itself, behind ever more tables.
cheap=$(printf 'COMMENT ON TABLE made_%%s IS NULL; %.0s' {1..30})
grows 'rehearse(): migrations that make a table' 20 "SELECT count(*) FROM migrator.rehearse(module => 'made @')" \
    "$(module made "CREATE TABLE made_%s (id int PRIMARY KEY, a text); $cheap")"
grows 'apply(): migrations' 50 "SELECT count(*) FROM migrator.apply(module => 'tables @')" "$(module tables 'SELECT %s')"
for format in markdown text html json sarif; do
    grows "report('$format'): a line" 100 "SELECT length(migrator.report('$format', module => 'line @'))" \
        "SELECT migrator.load('1', 'a', repeat('SELECT 1;', @), module => 'line @')"
done

sql -c 'CREATE TABLE wide (id int PRIMARY KEY)'
wide() { # wide SUBCOMMAND
    grows "lint(): $1" 500 "SELECT count(*) FROM migrator.lint(module => 'wide @')" \
        "SELECT migrator.load('1', 'a', 'ALTER TABLE wide ' || (SELECT string_agg(replace('$1', '%s', i::text), ', ')
        FROM generate_series(1, @) i), module => 'wide @')"
}
wide 'ADD COLUMN "C%s" int'
wide 'ADD COLUMN c%s int REFERENCES wide'
wide 'DROP COLUMN c%s'
wide 'ADD CONSTRAINT c%s CHECK (id > %s)'
wide 'ADD CONSTRAINT c%s FOREIGN KEY (id) REFERENCES wide'
wide 'DROP CONSTRAINT c%s'
wide 'ALTER COLUMN c%s SET NOT NULL'
statements() { # statements STATEMENT
    grows "lint(): $1" 200 "SELECT count(*) FROM migrator.lint(module => 'statements @')" \
        "SELECT migrator.load('1', 'a', (SELECT string_agg(replace('$1', '%s', i::text), ';')
        FROM generate_series(1, @) i), module => 'statements @')"
}
statements 'CREATE TABLE t%s (a int, b int REFERENCES wide)'
statements 'ALTER TABLE wide ADD c%s int, DROP CONSTRAINT IF EXISTS k%s'
statements 'CREATE TYPE e%s AS ENUM (); CREATE TABLE t%s (e e%s)'
statements 'INSERT INTO wide VALUES (%s); CREATE INDEX i%s ON wide (id)'

sql -d postgres -c 'DROP DATABASE bench_growth'
if ((too_much)); then
    echo "$too_much costs of an item grow with their number"
    exit 1
fi
