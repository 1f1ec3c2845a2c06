#!/usr/bin/env bash
# adopt() of what real tools write: a tool migrates half of a directory, adopt() takes over, apply_each() does the rest;
# the schema and the data are those that the tool's own full run makes.
set -euo pipefail
. test/cluster/checks.bash
. test/cluster/npm.bash

from_npm=
if npm_modules adopt 'dbmate, node-pg-migrate, graphile-migrate and knex'; then
    from_npm=yes
    export PATH=$modules/.bin:$PATH NODE_PATH=$modules NODE_NO_WARNINGS=1
fi

server adopts
work=$CLUSTER_HOME/adopts/work
mkdir "$work"

# --- six migrations, and how each tool wants them ----------------------------------------------------------------------

names=(users posts touch tags moods report)
up=(
    "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);"
    "CREATE TABLE posts (id bigint PRIMARY KEY, author bigint REFERENCES users, body text DEFAULT 'a;b', changed_at timestamptz);
CREATE INDEX posts_author ON posts (author);"
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    NEW.changed_at := '2026-01-01'; -- it's fixed; so are the data
    RETURN NEW;
END \$\$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();"
    "CREATE TABLE tags (post bigint REFERENCES posts, tag text, PRIMARY KEY (post, tag));
INSERT INTO users (email) VALUES ('anna@example.com'), ('ben@example.com');
INSERT INTO posts SELECT id, id, E'it\\'s \\\\ ' || email FROM users;"
    "CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TABLE users ADD COLUMN mood mood NOT NULL DEFAULT 'ok';
ALTER TABLE users ALTER COLUMN email TYPE varchar(320);"
    "CREATE VIEW report AS SELECT u.email, count(p.id) AS posts FROM users u LEFT JOIN posts p ON p.author = u.id GROUP BY u.email;
COMMENT ON VIEW report IS 'posts of each user';"
)
down=(
    "DROP TABLE users;" "DROP TABLE posts;" "DROP FUNCTION touch CASCADE;"
    "DROP TABLE tags; DELETE FROM posts; DELETE FROM users;"
    "ALTER TABLE users DROP COLUMN mood; DROP TYPE mood;" "DROP VIEW report;"
)
half=3
role=postgres # as which the tools connect
url() { echo "postgresql://$role@/$1?host=$PGHOST&port=$PGPORT"; }
stamp() { echo "2026010100000$1"; }
revisions=(1975ea83b712 ae1027a6acf0 27c6a30d7c24 ae1027a6ac 4f2b1c0d9e8a 0b5e7d3c2a11)

dbmate_file() {
    printf -- '-- migrate:up\n%s\n\n-- migrate:down\n%s\n' "${up[$1]}" "${down[$1]}" >"$dir/$(stamp "$1")_${names[$1]}.sql"
}
dbmate_run() { # dbmate_run DATABASE: everything that is in $dir; so do the others
    dbmate --url "postgres://$role@/$1?socket=$PGHOST&sslmode=disable" --no-dump-schema --migrations-dir "$dir" up
}
dbmate_load() { load_dir "$dir"; }

node_pg_migrate_file() {
    printf -- '-- Up Migration\n%s\n\n-- Down Migration\n%s\n' "${up[$1]}" "${down[$1]}" >"$dir/176000000000${1}_${names[$1]}.sql"
}
node_pg_migrate_run() { DATABASE_URL=$(url "$1") node-pg-migrate up --migrations-dir "$dir"; }
node_pg_migrate_load() { load_dir "$dir"; }

# The tool writes the committed files itself, as they hold a chain of hashes.
graphile_migrate_file() {
    local committed=$dir/migrations/committed
    [[ -e $dir/.gmrc ]] || {
        mkdir -p "$committed"
        echo '{}' >"$dir/.gmrc"
        createdb graphile_shadow
        createdb graphile_source
    }
    printf '%s\n' "${up[$1]}" >"$dir/migrations/current.sql"
    # It takes the old text for the current one where the clock has not gone on.
    [[ ${names[$1]} != users ]] || graphile_migrate graphile_source commit -m "${names[$1]}" >/dev/null
    [[ ${names[$1]} == users ]] || graphile_migrate graphile_source commit >/dev/null
}
graphile_migrate() {
    (cd "$dir" && DATABASE_URL=$(url "$1") SHADOW_DATABASE_URL=$(url graphile_shadow) \
        ROOT_DATABASE_URL=$(url postgres) graphile-migrate "${@:2}")
}
graphile_migrate_run() { graphile_migrate "$1" migrate; }
graphile_migrate_load() { load_dir "$dir/migrations"; }

knex_file() {
    printf -- '-- UP\n%s\n-- DOWN\n%s\n' "${up[$1]}" "${down[$1]}" >"$dir/$(stamp "$1")_${names[$1]}.sql"
    cat >"$dir/$(stamp "$1")_${names[$1]}.js" <<'JS'
const [, up, down] = require('fs').readFileSync(__filename.replace(/js$/, 'sql'), 'utf8').split(/-- UP|-- DOWN/);
exports.up = (knex) => knex.raw(up.replaceAll('?', '\\?'));
exports.down = (knex) => knex.raw(down.replaceAll('?', '\\?'));
JS
}
knex_run() {
    cat >"$work/knexfile.js" <<JS
module.exports = { client: 'pg', connection: { host: '$PGHOST', port: $PGPORT, user: 'postgres', database: '$1' }, migrations: { directory: '$dir' } };
JS
    knex migrate:latest --knexfile "$work/knexfile.js"
}
knex_load() { load_dir "$dir"; } # its .js files are reported

sqitch_file() {
    mkdir -p "$dir"/{deploy,revert}
    printf '[core]\n\tengine = pg\n' >"$dir/sqitch.conf"
    [[ -e $dir/sqitch.plan ]] || printf '%%syntax-version=1.0.0\n%%project=shop\n\n' >"$dir/sqitch.plan"
    echo "${names[$1]} 2026-01-01T00:00:0${1}Z Anna <anna@example.com> # ${names[$1]}" >>"$dir/sqitch.plan"
    printf 'BEGIN;\n%s\nCOMMIT;\n' "${up[$1]}" >"$dir/deploy/${names[$1]}.sql"
    printf 'BEGIN;\n%s\nCOMMIT;\n' "${down[$1]}" >"$dir/revert/${names[$1]}.sql"
}
sqitch_run() {
    (cd "$dir" && SQITCH_FULLNAME='Ben Committer' SQITCH_EMAIL=ben@example.com \
        sqitch deploy --no-verify "db:pg://$role@/$1?host=$PGHOST")
}
sqitch_load() { load_dir "$dir"; }

alembic_file() {
    local i=$1 before=None
    mkdir -p "$dir/versions"
    ((i == 0)) || before="'${revisions[i - 1]}'"
    printf '%s\n' "${up[i]}" >"$dir/versions/$i.up.sql"
    printf '%s\n' "${down[i]}" >"$dir/versions/$i.down.sql"
    cat >"$dir/versions/${revisions[i]}_${names[i]}.py" <<PY
from pathlib import Path
from alembic import op
revision = '${revisions[i]}'
down_revision = $before
def run(kind):
    op.get_bind().exec_driver_sql(Path(__file__).with_name('$i.' + kind + '.sql').read_text())
def upgrade(): run('up')
def downgrade(): run('down')
PY
    cat >"$dir/env.py" <<'PY'
import os
import psycopg2
from alembic import context
from sqlalchemy import create_engine
with create_engine('postgresql+psycopg2://', creator=lambda: psycopg2.connect(os.environ['DSN'])).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
PY
    printf '[alembic]\nscript_location = %s\n' "$dir" >"$dir/alembic.ini"
}
alembic_run() { DSN=$(url "$1") alembic -c "$dir/alembic.ini" upgrade head; }
alembic_load() {
    local i
    for i in "${!names[@]}"; do
        load_file "$((i + 1))_${revisions[i]}_${names[i]}.sql" "-- UP
$(cat "$dir/versions/$i.up.sql")
-- DOWN
$(cat "$dir/versions/$i.down.sql")"
    done
}

# --- what is done with each -------------------------------------------------------------------------------------------

# load_dir DIRECTORY: recognized; every migration of six is taken
load_dir() {
    chmod -R a+rX "$1" # some tools write for their own eyes
    is "$word: load_dir() of the files as they are" 6 \
        "$(sql "SELECT count(*) FROM migrator.load_dir('$1') WHERE action = 'added'")"
}
load_file() { psql -X -q -v ON_ERROR_STOP=1 -v name="$1" -v content="$2" <<<"SELECT FROM migrator.load_file(:'name', :'content');" >/dev/null; }

tool_runs() { # tool_runs TOOL DATABASE
    local said
    said=$("$1_run" "$2" 2>&1) || {
        printf '%s\n' "$said" >&2
        exit 1
    }
}

picture() { # picture DATABASE: its schema and its data, less what is the extension's
    createdb -T "$1" "$1_bare"
    PGDATABASE=$1_bare sql 'DROP EXTENSION IF EXISTS migrator' 'DROP SCHEMA IF EXISTS migrator'
    pg_dump --schema-only "$1_bare" | sed '/^\\\(un\)\?restrict /d'
    PGDATABASE=$1_bare sql 'TABLE users ORDER BY id' 'TABLE posts ORDER BY id' 'TABLE report ORDER BY email'
}

statuses() { sql "SELECT string_agg(status, ' ' ORDER BY n) FROM migrator.adopt('$1') WITH ORDINALITY AS a (v, na, status, at, no, n)"; }

adopted() { # adopted TOOL WORD THE_TOOL'S_TIMES WHO
    local tool=$1 word=$2 times=$3 who=$4 i dir=$work/$1
    echo "# $word"
    mkdir "$dir"
    for i in 0 1 2; do "${tool}_file" "$i"; done
    createdb "${tool}_half"
    tool_runs "$tool" "${tool}_half"
    for i in 3 4 5; do "${tool}_file" "$i"; done
    createdb "${tool}_full"
    tool_runs "$tool" "${tool}_full"

    export PGDATABASE=${tool}_half
    sql 'CREATE EXTENSION migrator'
    "${tool}_load"
    is "$word: what it has applied is recognized" 'applied applied applied pending pending pending' "$(statuses auto)"
    is "$word: once" 'applied applied applied pending pending pending' "$(statuses "$word")"
    is "$word: the history says so, with the tool's times" "$(sql "$times")" \
        "$(sql "SELECT finished_at FROM migrator.history WHERE action = 'adopt' ORDER BY id")"
    is "$word: and by whom" "$who" "$(sql "SELECT DISTINCT run_by FROM migrator.history")"
    sql 'CALL migrator.apply_each()'
    is "$word: the rest has run, and nothing twice" 'adopt|3
apply|3' "$(sql 'SELECT action, count(*) FROM migrator.history GROUP BY 1 ORDER BY 1')"
    is "$word: the schema and the data are those of its own run" "$(picture "${tool}_full")" "$(picture "${tool}_half")"
}

# All of it, by the downs of the same files.
undone() {
    is "$1: all of it can be rolled back" '6|0' "$(sql 'SELECT count(*) FROM migrator.rollback(6)')|$(sql "SELECT count(*)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname IN ('users', 'posts', 'tags', 'report')")"
}

# retired WORD: as docs/other-tools.md has it. Its role owns everything; the tool stops before it does anything.
retired() {
    local tool=${1//-/_} revoke said objects dir=$work/${1//-/_}
    revoke=$(sed -n "s/^| $1 |.*| \`\(REVOKE.*\)\` |\$/\1/Ip" docs/other-tools.md)
    objects="SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_class WHERE oid >= 16384"
    sql "CREATE ROLE app_owner LOGIN" 2>/dev/null || true
    sql "DO \$\$ DECLARE c text; BEGIN
            FOR c IN SELECT format('ALTER SCHEMA %I OWNER TO app_owner', nspname) FROM pg_namespace WHERE nspname IN ('public', 'sqitch')
            UNION ALL SELECT format('ALTER TABLE %s OWNER TO app_owner', oid::regclass) FROM pg_class
                WHERE relkind IN ('r', 'v') AND relnamespace::regnamespace::text IN ('public', 'sqitch')
            LOOP EXECUTE c; END LOOP; END \$\$"
    role=app_owner
    said=$("${tool}_run" "${tool}_half" 2>&1) || true
    like "$1: not retired, it tries again what has run" '(already exists|duplicate key)' "$said"
    sql "SET ROLE app_owner" "$revoke"
    objects=$(sql "$objects")
    if said=$("${tool}_run" "${tool}_half" 2>&1); then said+=' AND EXITED 0'; fi
    role=postgres
    like "$1: retired, it stops at its first look" 'permission denied' "$said"
    is "$1: and has done nothing" "$objects||" "$(sql "SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_class WHERE oid >= 16384")|$(
        grep -o 'AND EXITED 0' <<<"$said" || true)|"
}

# A tool that keeps no times: those of the adoption.
no_times="SELECT finished_at FROM migrator.history WHERE action = 'adopt' AND started_at > now() - interval '10 minutes' ORDER BY id"

if [[ -n $from_npm ]]; then
    adopted dbmate dbmate "$no_times" postgres
    retired dbmate
    undone dbmate
    adopted node_pg_migrate node-pg-migrate 'SELECT run_on::timestamptz FROM pgmigrations ORDER BY id' postgres
    retired node-pg-migrate
    undone node-pg-migrate
    adopted graphile_migrate graphile-migrate 'SELECT date FROM graphile_migrate.migrations ORDER BY filename' postgres
    adopted knex knex 'SELECT migration_time FROM knex_migrations ORDER BY id' postgres
    undone knex
fi
adopted sqitch sqitch 'SELECT committed_at FROM sqitch.changes ORDER BY committed_at' 'Ben Committer'
retired sqitch
undone sqitch
adopted alembic alembic "$no_times" postgres
undone alembic
checked
