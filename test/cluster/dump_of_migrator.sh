#!/usr/bin/env bash
# pg_dump --schema-only of a database that has migrator is a migration of a new database, with the extension there, for
# a superuser and for a role that is none: what it says about the extension is passed over. With rows it is refused.
set -euo pipefail
. test/cluster/checks.bash

server dumped
files dumps
export PGDATABASE=postgres
sql 'CREATE ROLE deployer LOGIN' 'CREATE ROLE reader' 'CREATE ROLE owner'

# What a dump has about the extension: privileges given and taken, default ones, comments, the owner of the
# schema.
database app
sql 'GRANT USAGE ON SCHEMA migrator TO deployer, reader' \
    'GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO deployer WITH GRANT OPTION' \
    'REVOKE EXECUTE ON FUNCTION migrator.version_eq(migrator.version, migrator.version) FROM PUBLIC' \
    'GRANT SELECT ON ALL TABLES IN SCHEMA migrator TO reader' 'GRANT SELECT (version) ON migrator.migration TO deployer' \
    'GRANT USAGE ON ALL SEQUENCES IN SCHEMA migrator TO reader' \
    'ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA migrator GRANT SELECT ON TABLES TO reader' \
    "COMMENT ON SCHEMA migrator IS 'ours'" "COMMENT ON EXTENSION migrator IS 'ours as well'" \
    'ALTER SCHEMA migrator OWNER TO owner' \
    "SELECT migrator.load('1', 'items', 'CREATE TABLE items (id bigint PRIMARY KEY, price money)')" \
    'SELECT FROM migrator.apply()' 'GRANT SELECT ON items TO reader'
PGDATABASE=app
pg_dump -s -O -f "$files/dump.sql"
for what in 'CREATE SCHEMA migrator' 'CREATE EXTENSION IF NOT EXISTS migrator' 'COMMENT ON EXTENSION migrator' \
    'GRANT ALL ON FUNCTION migrator.apply(' 'ALTER DEFAULT PRIVILEGES' \
    'GRANT SELECT(version) ON TABLE migrator.migration'; do
    is "the dump has: $what" t "$(grep -qF "$what" "$files/dump.sql" && echo t)"
done

items() { sql "SELECT has_table_privilege('reader', 'items', 'SELECT'), obj_description('migrator'::regnamespace) = 'ours'"; }
# Of what the extension has in this database, so that nothing of the dump gets through.
own() {
    sql "SELECT md5(string_agg(x, ',' ORDER BY x)) FROM (
             SELECT concat(oid::regprocedure, proacl) FROM pg_proc WHERE pronamespace = 'migrator'::regnamespace
             UNION ALL SELECT concat(relname, relacl, relrowsecurity) FROM pg_class WHERE relnamespace = 'migrator'::regnamespace
             UNION ALL SELECT concat(nspowner, nspacl) FROM pg_namespace WHERE nspname = 'migrator'
             UNION ALL SELECT concat(typname, typacl) FROM pg_type WHERE typname = 'version') AS a (x)"
}

number=0
for role in postgres deployer; do
    for call in 'SELECT status FROM migrator.apply()' 'CALL migrator.apply_each()' 'statement by statement'; do
        number=$((number + 1))
        database "new_$number"
        sql 'GRANT CREATE ON SCHEMA public TO deployer' 'GRANT USAGE ON SCHEMA migrator TO deployer' \
            'GRANT EXECUTE ON ALL ROUTINES IN SCHEMA migrator TO deployer'
        before=$(own)
        {
            [[ $call != state* ]] || echo '-- migrator: no-transaction'
            cat "$files/dump.sql"
        } >"$files/20260101_000_baseline.sql"
        as() { PGUSER=$role sql "$@"; }
        as "SELECT FROM migrator.load_file('20260101_000_baseline.sql', convert_from(decode('$(base64 "$files/20260101_000_baseline.sql" | tr -d '\n')', 'base64'), 'UTF8')::text)"
        is "$role, $call: lint() has nothing to say about it" 'column-type|items' "$(as \
            "SELECT rule, substring(message FROM 'items') FROM migrator.lint()")"
        is "$role, $call: it is rehearsed, with a note for each" t "$(as \
            "SELECT bool_and(error IS NULL) AND count(*) FILTER (WHERE note LIKE 'passed over: %') > 50 FROM migrator.rehearse()")"
        if [[ $call != state* ]]; then
            is "$role, $call: its dry run" skipped "$(as 'SELECT status FROM migrator.apply(dry_run => true)')"
        fi
        like "$role, $call: it runs, and says what it passed over" \
            "passed over: .* statements about the extension migrator itself, in migration 20260101_000 \(baseline\)" \
            "$(PGOPTIONS='' as "${call/#state*/CALL migrator.apply_each()}" 2>&1)"
        is "$role, $call: it is applied" applied "$(as 'SELECT status FROM migrator.status()')"
        is "$role, $call: the tables are there with their GRANTs, and no comment of the dump" 't|f' "$(items)"
        is "$role, $call: nothing of the extension has changed" "$before" "$(own)"
    done
done

echo '# with rows'
for options in '' --inserts '--inserts --rows-per-insert=10'; do
    number=$((number + 1))
    # shellcheck disable=SC2086 # none, one or two options
    PGDATABASE=app pg_dump $options -f "$files/rows.sql"
    database "new_$number"
    sql "SELECT FROM migrator.load_file('1_rows.sql', convert_from(decode('$(base64 "$files/rows.sql" | tr -d '\n')', 'base64'), 'UTF8')::text)"
    like "${options:-COPY}: refused, with what to do" "0A000: .* would change migrator's own records: .*--schema-only" \
        "$(error_of 'CALL migrator.apply_each()' | tr '\n' ' ')"
done

echo '# the HINT of a first run in a database with tables'
database there
sql 'CREATE TABLE old (id bigint PRIMARY KEY)' "SELECT migrator.load('1', 'next', 'CREATE TABLE next (id bigint PRIMARY KEY)')" >/dev/null
like 'says what to do' 'a table that no migration has made.*HINT: .* load the output of pg_dump --schema-only as the first one' \
    "$(sql 'SELECT FROM migrator.apply(dry_run => true)' 2>&1 | tr '\n' ' ')"
pg_dump -s -f "$files/there.sql"
sql "SELECT FROM migrator.load_file('0_there.sql', convert_from(decode('$(base64 "$files/there.sql" | tr -d '\n')', 'base64'), 'UTF8')::text)" \
    "SELECT FROM migrator.baseline('0')"
is 'which can be done' '1|applied' "$(sql 'SELECT version, status FROM migrator.apply()' 2>&1)"

echo '# only its sequence'
database sequence
sql "SELECT FROM migrator.load('1', 'sequence', \$\$SELECT pg_catalog.setval('migrator.history_entry_id_seq', 1, true)\$\$)"
like 'is refused too' "would change migrator's own records" "$(error_of 'SELECT FROM migrator.apply()')"

checked
