#!/usr/bin/env bash
# Peak memory of a server process, looked at every 10 ms: what is its own, without the shared buffers that it touches.
# For a large body, a COPY of a million rows and INSERTs of as much, what the call adds to the 8 MB of a session that has
# just begun, as a ratio to the size of its file; and for many migrations in one apply_each(), all of it. Started by scripts/bench, which made the cluster. BENCH_MEGABYTES=20 and
# BENCH_EACH=1000 make it shorter.
set -euo pipefail
. test/bench/ratios.bash

megabytes=${BENCH_MEGABYTES:-200}
each=${BENCH_EACH:-50000}

database() {
    sql -d postgres -c 'DROP DATABASE IF EXISTS bench_memory' -c 'CREATE DATABASE bench_memory'
    sql -d bench_memory -c 'CREATE EXTENSION migrator'
}

# In $peak, in bytes, the most that the process of a session has in use while a call runs, in $least how much it was before.
watch() { # watch CALL
    local client server='' key kilobytes
    peak=0
    least=
    : >"$work/server"
    sql -d bench_memory <<<"SELECT pg_backend_pid() \\g $work/server
        SELECT pg_sleep(0.1);
        $1;" >/dev/null &
    client=$!
    while kill -0 "$client" 2>/dev/null; do
        server=$(<"$work/server")
        while read -r key kilobytes _; do
            [[ $key == RssAnon: ]] || continue
            : "${least:=$((kilobytes * 1024))}"
            ((kilobytes * 1024 <= peak)) || peak=$((kilobytes * 1024))
        done 2>/dev/null <"/proc/${server:-none}/status" || true # it is not there yet, or no more
        sleep 0.01
    done
    wait "$client"
}

of_body() { # of_body CALL [NOTE]
    local size
    size=$(wc -c <"$work/body/1_body.sql")
    watch "SELECT count(*) FROM migrator.$1"
    awk -v what="${1%%(*}() of $kind of" -v note="${2:-}" -v peak="$((peak - least))" -v size="$size" 'BEGIN {
        printf "%-52s peak %6.0f MB = %5.2f x (at most 2.5)\n", sprintf("%s %.0f MB%s:", what, size / 1e6, note),
               peak / 1e6, peak / size
    }'
}

# Rows of 200 bytes; half of it compresses well, half does not.
mkdir "$work/body"
for kind in 'a COPY' INSERTs; do
    awk -v kind="$kind" -v rows="$((megabytes * 5000))" 'BEGIN {
        srand(1)
        print "CREATE TABLE body (id int, note text, key text);"
        note = "all work and no play makes Jack a dull boy, said his mother on day"
        form = "INSERT INTO body VALUES (%d, \047%s %d\047, \047%s\047);\n"
        if (kind == "a COPY") {
            print "COPY body (id, note, key) FROM stdin;"
            note = note ", and so it goes on, without an end"
            form = "%d\t%s %d\t%s\n"
        }
        for (i = 1; i <= rows; i++) {
            key = ""
            for (j = 0; j < 14; j++) key = key sprintf("%06x", int(rand() * 16777216))
            printf form, i, note, i, key
        }
        if (kind == "a COPY") print "\\."
    }' >"$work/body/1_body.sql"
    database
    of_body "load_dir('$work/body')"
    of_body 'apply()'
    of_body "load_dir('$work/body')" ', unchanged'
    echo '-- changed' >>"$work/body/1_body.sql"
    of_body "load_dir('$work/body')" ', changed'
done
rm -rf "$work/body"

# All of one table: what the server keeps of each that a session has used would be more than what is measured.
database
sql -d bench_memory -c 'CREATE TABLE one (n int)' -c "SELECT count(migrator.load(i::text, 'step',
    'ALTER TABLE one ALTER n SET DEFAULT ' || i)) FROM generate_series(1, $each) i" >/dev/null
watch 'CALL migrator.apply_each()'
awk -v what="apply_each() of $each migrations:" -v peak="$peak" 'BEGIN {
    printf "%-52s peak %6.0f MB           (at most 100 MB)\n", what, peak / 1e6
}'
