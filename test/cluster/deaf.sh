#!/usr/bin/env bash
# No call is deaf: whatever its input, statement_timeout = 1s ends it within 2 s, and so do pg_cancel_backend() and
# pg_terminate_backend(). The inputs are as large as one would not want them; what is done with one before the time is
# up is not at fault. Nor is a machine that gives the server process less than a whole processor: what counts then is
# the processor time that the process has used.
set -euo pipefail
. test/cluster/checks.bash

server deaf autovacuum=off shared_buffers=256MB max_locks_per_transaction=1000
database app
export PGOPTIONS="$PGOPTIONS -c client_min_messages=error -c migrator.on_hazard=ignore"
most=2000 # ms

in_time() { # in_time WALL CPU, in ms
    (($1 < most || ($2 < most && $1 < 20 * most))) && echo yes || echo no
}

# The processor time of a process in ms, from its /proc/PID/stat.
cpu() { sed 's/.*) //' | awk -v tick="$(getconf CLK_TCK)" '{ print int(($12 + $13) * 1000 / tick) }'; }

# ends WHAT CALL: by statement_timeout, or it is done before
ends() {
    local out ms cpu
    out=$(psql -X -q -A -t -v VERBOSITY=sqlstate 2>&1 <<END
SELECT pg_backend_pid() AS pid \gset
\setenv BACKEND :pid
SET statement_timeout = '1s';
\timing on
$2;
\! cat /proc/\$BACKEND/stat
END
    ) || true
    ms=$(sed -n 's/^Time: \([0-9]*\).*/\1/p' <<<"$out" | tail -n 1)
    cpu=$(tail -n 1 <<<"$out" | cpu)
    is "$1 ends in time ($ms ms, $cpu ms of CPU)" yes "$(in_time "$ms" "$cpu")"
    if grep -q '^ERROR' <<<"$out"; then
        like "$1: canceled, or refused for what it is" '57014|54000|22021|22P03|MG0|42701|42703|54011' "$(grep '^ERROR' <<<"$out")"
    fi
}

# stopped WHAT FUNCTION CALL: by pg_cancel_backend() or pg_terminate_backend(), half a second after it began
stopped() {
    local begin ms client backend before now cpu=0 out=$CLUSTER_TEMP/deaf/out
    (exec psql -X -q -A -t -v VERBOSITY=verbose -c "$3" >"$out" 2>&1) &
    client=$!
    wait_for "$1 runs" "SELECT count(*) = 1 FROM pg_stat_activity WHERE $the_call AND query_start < clock_timestamp() - interval '0.5 s'"
    backend=$(sql "SELECT pid FROM pg_stat_activity WHERE $the_call")
    before=$(cpu <"/proc/$backend/stat")
    begin=$EPOCHREALTIME
    sql "SELECT $2($backend)" >/dev/null
    while kill -0 "$client" 2>/dev/null; do
        now=$({ cpu <"/proc/$backend/stat"; } 2>/dev/null) || true
        [[ -z $now ]] || cpu=$((now - before))
    done
    wait "$client" && true
    ms=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
    is "$1 is ended by $2() in time ($ms ms, $cpu ms of CPU)" yes "$(in_time "$ms" "$cpu")"
    like "$1 says so" '57014|57P01' "$(cat "$out")"
}
the_call="state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"

file() { echo "SELECT count(*) FROM migrator.load_file('1_a.sql', $1)"; }

echo '# texts'
series() { echo "(SELECT string_agg($1, '') FROM generate_series(1, $2) i)"; }
ends 'a million comments' "$(file "repeat(E'-- x\\n', 1000000) || 'SELECT 1;'")"
ends 'comments on one line' "$(file "repeat('/* migrator */ ', 300000) || 'SELECT 1;'")"
ends 'allow= above each statement' "$(file "$(series "format(E'-- migrator: allow=a why\\nSELECT %s;\\n', i)" 200000)")"
ends 'requires= in one list' "$(file "'-- migrator: requires=0' || $(series "',' || i" 500000) || E'\\nSELECT 1'")"
ends 'requires= on lines' "$(file "$(series "format(E'-- migrator: requires=%s\\n', i)" 200000) || 'SELECT 1'")"
ends 'statements' "$(file "repeat(E'SELECT 1;\\n', 500000)")"
ends 'statements on one line' "$(file "repeat('SELECT 1;', 500000)")"
ends 'blocks of COPY' "$(file "repeat(E'COPY t FROM stdin;\\n1\\n\\\\.\\n', 200000)")"
ends 'blocks of COPY on Windows' "$(file "repeat(E'COPY t FROM stdin;\\r\\n1\\r\\n\\\\.\\r\\n', 200000)")"
ends 'rows of COPY' "$(file "E'COPY t FROM stdin;\\n' || repeat(E'1\\n', 3000000)")"
ends 'commands of psql' "$(file "repeat(E'\\\\restrict a\\n', 500000) || 'SELECT 1'")"
ends 'functions with semicolons in them' "$(file "repeat(E'CREATE FUNCTION f() RETURNS int AS \$\$ BEGIN\\n' || repeat(E'x := 1;\\n', 50) || E'END \$\$ LANGUAGE plpgsql;\\n', 30000)")"
ends 'a literal' "$(file "'SELECT ''' || repeat('x', 100000000) || ''''")"
ends 'a file name' "SELECT count(*) FROM migrator.load_file(repeat('1_a/', 1000000) || '1_a.sql', 'SELECT 1')"
ends 'changesets' "$(file "E'--liquibase formatted sql\\n' || $(series "format(E'--changeset a:%s\\nSELECT 1;\\n--rollback SELECT 2;\\n', i)" 100000)")"
ends 'placeholders' "SELECT count(*) FROM migrator.load_file('V1__a.sql', repeat(E'SELECT \${a};\\n', 500000), 'flyway', '{\"a\": \"1\"}')"

echo '# archives'
python3 - "$CLUSTER_TEMP/deaf" <<'PY'
import gzip, io, sys, tarfile, zlib
def header(name, size):
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)
def member(data):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()
zeros = member(bytes(64 << 20))
one = member(header("x.bin", 3 << 30)) + 48 * zeros + member(bytes(10240))
open(sys.argv[1] + "/skipped", "wb").write(one)
open(sys.argv[1] + "/wanted", "wb").write(member(header("1_a.sql", 3 << 30)) + 48 * zeros + member(bytes(10240)))
open(sys.argv[1] + "/large", "wb").write(member(header("1_a.sql", 7 << 26)) + 7 * zeros + member(bytes(10240)))
open(sys.argv[1] + "/twice", "wb").write(gzip.compress(one))
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w") as tar:
    for i in range(100000):
        info = tarfile.TarInfo("%d_a.sql" % i)
        info.size = 9
        tar.addfile(info, io.BytesIO(b"SELECT 1;"))
open(sys.argv[1] + "/entries", "wb").write(member(out.getvalue()))
PY
chmod -R a+rX "$CLUSTER_TEMP/deaf" 2>/dev/null || true
for archive in skipped wanted large twice entries; do
    ends "an archive: $archive" "SELECT count(*) FROM migrator.load_tar(pg_read_binary_file('$CLUSTER_TEMP/deaf/$archive'))"
done
like 'gzip within gzip is refused' 'ERROR:  22P03: gzip within gzip' \
    "$(error_of "SELECT migrator.load_tar(pg_read_binary_file('$CLUSTER_TEMP/deaf/twice'))")"
for how in cancel terminate; do
    stopped "an archive" "pg_${how}_backend" \
        "SELECT migrator.load_tar(pg_read_binary_file('$CLUSTER_TEMP/deaf/entries'))"
done

echo '# many migrations'
# module COUNT NAME UP [COLUMN VALUE]..: as one that is loaded, with these columns of others; %s is the number
module() {
    local name=$2 count=$1 up=$3 more=''
    shift 3
    while (($#)); do
        more+=", '$1', $2"
        shift 2
    done
    sql "SELECT migrator.load('0', 'm', 'SELECT 1', 'SELECT 2', module => '$name')" \
        "INSERT INTO migrator.migration SELECT r.* FROM migrator.migration m, generate_series(1, $count) i,
         jsonb_populate_record(m, jsonb_build_object('version', i::text, 'name', 'm' || i, 'up', replace('$up', '%s', i::text)
         $more)) r WHERE m.module = '$name' AND m.version = '0'" >/dev/null
}
module 50000 lib 'SELECT 1'
sql "SELECT count(*) FROM migrator.baseline('50000', module => 'lib')" >/dev/null
module 50000 needs 'SELECT 1' requirements "ARRAY['lib:' || i, i - 1 || '']"
module 20000 lacks 'SELECT 1' requirements "ARRAY['nothing']" conflicts "ARRAY['lib:x' || i, 'other' || i || ':y']"
module 20000 tables 'CREATE TABLE t%s (a int); ALTER TABLE t%s ADD b int; INSERT INTO t%s VALUES (1)'
module 20000 failing 'ALTER TABLE nothing ADD c%s int'
for call in "plan(module => 'needs')" "plan(module => 'lacks')" "lint(module => 'needs')" "lint(module => 'lacks')" \
    "status('lib')" "summary('lib')" "apply(module => 'tables')" "apply(dry_run => true, module => 'tables')" \
    "rehearse(module => 'tables')" "lint(module => 'tables')" "conflicts('failing')" "conflicts('tables')" \
    "rollback(10000, module => 'lib')" "baseline('20000', 'failing')"; do
    ends "$call" "SELECT count(*) FROM migrator.$call"
done
for format in markdown text html json sarif; do
    ends "report('$format')" "SELECT length(migrator.report('$format', module => 'tables'))"
done
ends 'apply_each()' "CALL migrator.apply_each(module => 'tables')"
for how in cancel terminate; do
    stopped 'rehearse()' "pg_${how}_backend" "SELECT count(*) FROM migrator.rehearse(module => 'tables')"
    # Ten times: once may end by itself before it is stopped.
    stopped 'lint()' "pg_${how}_backend" \
        "SELECT (SELECT count(*) FROM migrator.lint(module => left('tables' || i, 6))) FROM generate_series(1, 10) i"
    stopped 'conflicts()' "pg_${how}_backend" "SELECT count(*) FROM migrator.conflicts('tables')"
done

echo '# a catalog of which the server has no statistics, so that it would compile the queries'
sql "DO \$do\$ BEGIN FOR i IN 1..3000 LOOP EXECUTE format('CREATE TABLE by_hand%s (a int)', i); END LOOP; END \$do\$" \
    "SELECT migrator.load('1', 'a', 'SELECT 1', module => 'first')" "SELECT count(*) FROM migrator.apply(module => 'first')" \
    "DO \$do\$ BEGIN FOR i IN 1..3000 LOOP EXECUTE format('ALTER TABLE by_hand%s ADD b int', i); END LOOP; END \$do\$" \
    "SELECT migrator.load('2', 'b', 'SELECT 1', module => 'first')" >/dev/null
ends 'lint() after changes by hand' "SELECT count(*) FROM migrator.lint(module => 'first')"

echo '# wide statements'
sql 'CREATE TABLE wide (id int PRIMARY KEY)' >/dev/null
wide() { # wide NAME SUBCOMMAND [COUNT]
    sql "SELECT migrator.load('1', 'wide', 'ALTER TABLE wide ' || (SELECT string_agg(replace(\$\$$2\$\$, '%s', i::text), ', ')
         FROM generate_series(1, ${3:-20000}) i), module => 'wide $1')" >/dev/null
    ends "lint() of $1" "SELECT count(*) FROM migrator.lint(module => 'wide $1')"
    ends "report() of $1" "SELECT length(migrator.report('sarif', module => 'wide $1'))"
}
wide columns 'ADD COLUMN "C%s" int'
wide 'columns with all' 'ADD COLUMN c%s serial REFERENCES wide CHECK (c%s > 0) UNIQUE' 5000
wide 'dropped columns' 'DROP COLUMN c%s'
wide 'constraints' 'ADD CONSTRAINT c%s CHECK (id > %s)'
wide 'dropped constraints' 'DROP CONSTRAINT c%s'
wide 'columns set not null' 'ALTER COLUMN c%s SET NOT NULL'
sql "SELECT migrator.load('1', 'line', repeat('SELECT 1;', 100000), module => 'line')" >/dev/null
ends 'report() of a line' "SELECT length(migrator.report(module => 'line'))"
ends 'plan() of a line' "SELECT count(*) FROM migrator.plan(module => 'line')"
sql "SELECT migrator.load('1', 'copy', 'CREATE TABLE IF NOT EXISTS copied (a int);' || repeat(E'\\nCOPY copied FROM stdin;\\n1\\n\\\\.', 50000), module => 'copy')" >/dev/null
ends 'apply() of blocks of COPY' "SELECT count(*) FROM migrator.apply(module => 'copy')"
checked
