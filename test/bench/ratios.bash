# shellcheck shell=bash
# What the measurements share. Source it, in the top directory; the cluster is that of scripts/bench:
#
#   $work                            a directory that the server can read, gone when the script ends
#   sql ARGUMENTS..                  psql; what it prints to stderr is shown if the script fails
#   make_migrations N                N small migrations as files in $work/N, and the same statements in one file for
#                                    psql, $work/N.sql, and in one with a transaction and a row of bookkeeping each,
#                                    $work/N.each.sql
#   copy_database FROM TO            make TO a fresh copy
#   wall COMMAND..                   milliseconds of wall time that it takes
#   timed DATABASE COMMAND..         milliseconds that psql reports for the last of several commands of one session
#   report WHAT LIMIT                reads lines of two numbers, prints their medians and the median of their ratios;
#                                    an empty limit: there is none
work=$(mktemp -d /tmp/migrator-bench.XXXXXX)
chmod 755 "$work"
leave() {
    local outcome=$?
    ((outcome == 0)) || tail -n 20 "$work/notices" >&2
    rm -rf "$work"
}
trap leave EXIT

sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@" 2>>"$work/notices"; }

make_migrations() {
    mkdir "$work/$1"
    awk -v n="$1" -v dir="$work/$1" 'BEGIN {
        for (i = 1; i <= n; i++) {
            table = "bench_" (i - (i - 1) % 3)
            if (i % 3 == 1)
                body = "CREATE TABLE " table " (id bigint PRIMARY KEY, label text NOT NULL);\n"
            else if (i % 3 == 2)
                body = "ALTER TABLE " table " ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();\n"
            else
                body = "INSERT INTO " table " (id, label) VALUES (1, $$one$$), (2, $$two$$);\n" \
                       "CREATE INDEX ON " table " (label);\n"
            file = sprintf("%s/%06d_step.sql", dir, i)
            printf "-- UP\n%s", body > file
            close(file)
            printf "%s", body > (dir ".sql")
            printf "BEGIN;\n%sINSERT INTO done (version) VALUES (%d);\nCOMMIT;\n", body, i > (dir ".each.sql")
        }
    }'
}

copy_database() {
    sql -d postgres -c "DROP DATABASE IF EXISTS $2" -c "CREATE DATABASE $2 TEMPLATE $1"
}

wall() {
    local start=$EPOCHREALTIME end
    "$@" >/dev/null 2>>"$work/notices" || return
    end=$EPOCHREALTIME
    awk -v a="$start" -v b="$end" 'BEGIN { printf "%.3f", (b - a) * 1000 }'
}

timed() {
    local database=$1 command arguments=()
    shift
    for command; do
        arguments+=(-c "$command")
    done
    sql -d "$database" -c 'SELECT migrator.lock_key()' -c '\timing on' "${arguments[@]}" |
        sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -n 1
}

report() {
    local name=$1 limit=$2
    awk -v name="$name" -v limit="$limit" '
        function median(values, n,   i, j, t) {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
                    t = values[j]; values[j] = values[j - 1]; values[j - 1] = t
                }
            return values[int((n + 1) / 2)]
        }
        { ours[NR] = $1; theirs[NR] = $2; ratio[NR] = $1 / $2 }
        END {
            printf "%-52s %10.1f ms / %10.1f ms = %5.2f%s\n", name, median(ours, NR), median(theirs, NR),
                   median(ratio, NR), limit ? "   (at most " limit ")" : ""
        }'
}
