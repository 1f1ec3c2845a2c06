# shellcheck shell=bash
# What the tests of docs/ci.md share. Source it after checks.bash:
#
#   $project                   a directory with migrations/ and the scripts of the page in ci/, the client beside them
#   in_project COMMAND..       run it there; sets $code and $output
#   new FILE <<<CONTENT        a file of migrations/
#   remove FILE..              and forget it, if a script has loaded it
#   exits WHAT STATUS [PATTERN]    check how that ended, and what it said
#   application NAME           a database with the roles of docs/roles.md and a table users, which is used from now on
#
# The scripts log in as deployer; sql() is a superuser's.
page=docs/ci.md
server "$(basename "$0" .sh)" autovacuum=off
files work
project=$files/project
mkdir -p "$project/ci" "$project/migrations"
block sh 'migrator up --strict' "$page" >"$project/ci/deploy.sh"
block sh 'CALL migrator.apply_each(module' "$page" >"$project/ci/by_psql.sh"
block sh 'report.sarif' "$page" >"$project/ci/review.sh"
block sh 'git merge-tree' "$page" >"$project/ci/together.sh"
cp bin/migrator "$project/ci"
chmod +x "$project"/ci/*
unset PGOPTIONS PGUSER # the scripts have their own

sql() {
    local arguments=()
    statements "$@"
    PGUSER=postgres PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 "${arguments[@]}"
}
application() {
    local roles
    roles=$(block sql 'CREATE ROLE app_owner' docs/roles.md)
    createdb -U postgres "$1"
    export PGDATABASE=$1
    sql 'CREATE EXTENSION migrator' 'CREATE TABLE users (id bigint PRIMARY KEY, email text)' \
        "INSERT INTO users SELECT g, 'e' FROM generate_series(1, 20000) g"
    sql "${roles//DATABASE app/DATABASE $1}" "$(block sql migrator.load, docs/roles.md)" 'ALTER TABLE users OWNER TO app_owner'
}
in_project() {
    code=0
    output=$(cd "$project" && PATH=$project/ci:$PATH "$@" 2>&1) || code=$?
}
new() { cat >"$project/migrations/$1"; }
remove() {
    local file
    for file; do
        rm "$project/migrations/$file"
        sql "SELECT migrator.unload('${file%_*}')" >/dev/null 2>&1 || true
    done
}
exits() {
    is "$1: exits $2" "$2" "$code"
    [[ $code == "$2" ]] || echo "$output"
    [[ -z ${3:-} ]] || like "$1: says so" "$3" "$output"
}
