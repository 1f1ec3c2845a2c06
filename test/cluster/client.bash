# shellcheck shell=bash
# What the tests of bin/migrator share. Source it after checks.bash:
#
#   m ARGUMENT..              run it in $here by $shell with the tools in $path; sets $code, $output and $errors
#   is_m STATUS ARGUMENT..    check that it ends so
#   project NAME              a new database, and a new directory $here, which are used from now on
#   file NAME <<<CONTENT      a file in its migrations/
#   statuses [MODULE]         what status() has, in a line
#   exists RELATION           t or f
#
# $work/bare is a PATH without psql, $work/busybox one with it and the tools of busybox, as on Alpine.
client=$PWD/bin/migrator
server "$(basename "$0" .sh)" wal_level=logical # the tests run side by side
files work
work=$files
export TMPDIR=$work/tmp
mkdir "$TMPDIR" "$work/bare" "$work/busybox"
unset PGOPTIONS # it hides the NOTICEs

for tool in sh tar base64 find sed tr date mktemp cat grep head wc rm mkdir sleep; do
    ln -s "$(command -v "$tool")" "$work/bare/$tool"
    ln -s "$(command -v busybox)" "$work/busybox/$tool"
done
ln -s "$CLUSTER_BIN"/{psql,pg_dump,pg_restore} "$work/busybox"
path=$PATH
shell=(sh)

m() {
    code=0
    output=$(cd "$here" && PATH=$path && exec "${shell[@]}" "$client" "$@" </dev/null 2>"$work/errors") || code=$?
    errors=$(<"$work/errors")
}
is_m() {
    m "${@:2}"
    is "${*:2}: exits $1" "$1" "$code"
    [[ $code == "$1" ]] || printf '%s\n' "$output" "$errors"
}
project() {
    here=$work/$1
    mkdir "$here"
    createdb "$1"
    export PGDATABASE=$1
}
file() {
    mkdir -p "$here/migrations"
    cat >"$here/migrations/$1"
}
statuses() { sql "SELECT string_agg(version || ' ' || status, ', ' ORDER BY version) FROM migrator.status('${1:-main}')"; }
exists() { sql "SELECT to_regclass('$1') IS NOT NULL"; }
