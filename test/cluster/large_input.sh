#!/usr/bin/env bash
# A hundred thousand files, and a dump of a hundred megabytes: they load with memory in proportion, and can be cancelled.
set -euo pipefail
. test/cluster/checks.bash

server large
database app

# load CALL: in $answer what it returns, in $peak the most memory its server process had, in MB
load() {
    local out
    out=$(psql -X -q -A -t -v ON_ERROR_STOP=1 <<END
SELECT pg_backend_pid() AS pid \gset
\setenv BACKEND :pid
SELECT action, count(*) FROM migrator.$1 GROUP BY action;
\! grep VmHWM "/proc/\$BACKEND/status"
END
    )
    answer=$(head -n 1 <<<"$out")
    peak=$(($(sed -n 's/VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' <<<"$out") / 1000))
    echo "# $1: at most $peak MB"
}
canceled() { # canceled CALL
    local begin=$EPOCHREALTIME
    like "$1 is canceled" '57014' "$(error_of "SET statement_timeout = '300ms'" "SELECT count(*) FROM migrator.$1")"
    is 'within 5 s' 1 "$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000 < 5300))"
    is 'and has stored nothing' 0 "$(sql 'SELECT count(*) FROM migrator.migration')"
}

echo '# a hundred thousand files'
files many
many=$files
awk -v dir="$many" 'BEGIN {
    for (i = 1; i <= 100000; i++) {
        file = sprintf("%s/%d_step.sql", dir, i)
        printf "-- UP\nCREATE TABLE t%d (n int);\n-- DOWN\nDROP TABLE t%d;\n", i, i > file
        close(file)
    }
}'
canceled "load_dir('$many')"
load "load_dir('$many')"
is 'all are taken' 'added|100000' "$answer"
is 'in less than 600 MB' 1 "$((peak < 600))"
rm -rf "$many"
sql 'DROP EXTENSION migrator' 'CREATE EXTENSION migrator'

echo '# a hundred megabytes of INSERT, and of COPY'
for kind in insert copy; do
    files "$kind"
    awk -v kind="$kind" 'BEGIN {
        print "CREATE TABLE big (id int, note text);"
        if (kind == "copy") print "COPY big (id, note) FROM stdin;"
        for (i = 1; i <= 1000000; i++)
            if (kind == "copy")
                printf "%d\tall work and no play makes Jack a dull boy, it'\''s said; and so it goes on and on (%d)\n", i, i
            else
                printf "INSERT INTO big VALUES (%d, '\''all work and no play makes Jack a dull boy, said %d'\'');\n", i, i
        if (kind == "copy") print "\\."
    }' >"$files/1_dump.sql"
    megabytes=$(($(wc -c <"$files/1_dump.sql") / 1000000))
    canceled "load_dir('$files')"
    load "load_dir('$files')"
    is "$kind: $megabytes MB are taken" 'added|1' "$answer"
    is "$kind: in less than 12 times its size" 1 "$((peak < 12 * megabytes))"
    sql 'DROP EXTENSION migrator' 'CREATE EXTENSION migrator'
done
checked
