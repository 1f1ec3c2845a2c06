# shellcheck shell=bash
# What the cluster tests share. Source it first, in the top directory:
#
#   server NAME [setting=value]..   start a new cluster and use it; stopped and removed when the script ends
#   server_apart NAME [..]          the same with a system identifier of its own: see cluster_new_apart
#   standby NAME PRIMARY            the same for a streaming standby of it
#   database NAME [createdb args]   a new database with the extension, which is used from now on
#   files NAME                      set $files to a new directory that the server can read
#   sql SQL..                       the results of statements, each run by itself: rows in lines, columns joined by |
#   error_of SQL..                  what psql prints to stderr, in verbose form, when they fail
#   wait_for WHAT SQL               until the query returns t
#   is WHAT EXPECTED ACTUAL         check that they are equal
#   like WHAT PATTERN ACTUAL        check that the extended regular expression matches
#   left_out WHAT WHY               say that some checks cannot be made here; the last line repeats it
#   checked                         count the checks; last
#
# A check that fails is reported and counted, and the script goes on. pages.bash has what runs the blocks of the documents.
. scripts/cluster.sh
. test/cluster/pages.bash

umask 022
export PGOPTIONS='-c client_min_messages=warning' PGCLIENTENCODING=UTF8 PGTZ=UTC
passed=0
failed=0
omitted=
clusters=()
finished=

server() {
    clusters+=("$1")
    cluster_new "$@"
    cluster_start "$1"
    cluster_use "$1"
}

server_apart() {
    clusters+=("$1")
    cluster_new_apart "$@"
    cluster_start "$1"
    cluster_use "$1"
}

standby() {
    clusters=("$1" "${clusters[@]}") # stopped before its primary
    cluster_standby "$1" "$2"
    cluster_start "$1"
}

database() {
    createdb "$@"
    export PGDATABASE=$1
    sql 'CREATE EXTENSION migrator'
}

files() {
    files=$CLUSTER_HOME/${clusters[0]}/$1
    mkdir "$files"
}

statements() {
    local statement
    for statement; do
        arguments+=(-c "$statement")
    done
}

sql() {
    local arguments=()
    statements "$@"
    psql -X -q -A -t -v ON_ERROR_STOP=1 "${arguments[@]}"
}

error_of() {
    local arguments=()
    statements "$@"
    if { psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose "${arguments[@]}" >/dev/null; } 2>&1; then
        echo 'no error'
    fi
}

wait_for() {
    local deadline=$((SECONDS + 180))
    until [[ $(sql "$2" 2>/dev/null) == t ]]; do
        if ((SECONDS > deadline)); then
            echo "waited in vain: $1" >&2
            exit 1
        fi
        sleep 0.05
    done
}

verdict() { # verdict OK WHAT EXPECTED ACTUAL
    if (($1)); then
        passed=$((passed + 1))
        echo "ok      $2"
    else
        failed=$((failed + 1))
        if (($(wc -l <<<"$3") > 12)); then
            printf 'FAILED  %s\n  expected (<) and came (>):\n' "$2"
            diff <(echo "$3") <(echo "$4") || true
            return
        fi
        printf 'FAILED  %s\n  expected: %s\n  came:     %s\n' "$2" "$3" "$4"
    fi
}

is() {
    local ok=0
    [[ $3 != "$2" ]] || ok=1
    verdict "$ok" "$@"
}

like() {
    local ok=0
    [[ ! $3 =~ $2 ]] || ok=1
    verdict "$ok" "$@"
}

left_out() {
    echo "left out: $1, as $2"
    omitted+="; left out: $1, as $2"
}

checked() {
    finished=1
    ((failed == 0)) || exit 1
    echo "$passed checks passed$omitted"
}

leave() {
    local name stopped=
    [[ -n $finished ]] || stopped='stopped partway: '
    for name in "${clusters[@]}"; do
        if ((failed)) || [[ -z $finished ]]; then
            echo "--- the end of the log of cluster $name"
            tail -n 20 "$CLUSTER_HOME/$name/log" || true
        fi
        cluster_stop "$name" immediate 2>/dev/null || cluster_kill "$name"
        rm -rf "${CLUSTER_HOME:?}/$name" "${CLUSTER_TEMP:?}/$name"
    done
    rm -f "${blocks_of_suite:-}"
    [[ -n $finished ]] && ((failed == 0)) || echo "$stopped$passed checks passed, $failed failed"
} >&2 # standard output may be a file's at that moment
trap leave EXIT
