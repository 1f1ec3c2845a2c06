#!/usr/bin/env bash
# ALTER EXTENSION migrator UPDATE: the new library serves the SQL of 1.0 until it is run; it keeps everything, and ends
# with the catalog of a fresh install.
set -euo pipefail
. test/cluster/checks.bash

server updates track_functions=all
newest=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" migrator.control)
files migrations
printf 'INSERT INTO log VALUES (%s);\n' "'from a file'" >"$files/30_file.sql"
migrations=$files
files others
printf 'SELECT 40;\n' >"$files/40_other.sql"
others=$files
sql 'CREATE ROLE reader' 'CREATE ROLE deployer' 'CREATE ROLE third'

old_database() {
    createdb "$1"
    export PGDATABASE=$1
    sql "CREATE EXTENSION migrator VERSION '1.0'"
}

catalog() { # catalog DATABASE [SQL]: what the extension is there, after statements that are taken back
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -c BEGIN -c "${2:-SET LOCAL client_min_messages = error}" \
        -f test/cluster/extension_catalog.sql -c 'SELECT e FROM pg_temp.extension_catalog() e ORDER BY e COLLATE "C"' \
        -c ROLLBACK
}

grants() { # what a user has given
    sql 'GRANT USAGE ON SCHEMA migrator TO reader, deployer, third' \
        'GRANT EXECUTE ON FUNCTION migrator.status, migrator.summary TO reader' \
        'GRANT EXECUTE ON FUNCTION migrator.status TO deployer WITH GRANT OPTION' \
        'SET ROLE deployer' 'GRANT EXECUTE ON FUNCTION migrator.status TO third' 'RESET ROLE' \
        'GRANT SELECT ON migrator.history TO reader' 'GRANT EXECUTE ON FUNCTION migrator.apply TO deployer' \
        'GRANT EXECUTE ON PROCEDURE migrator.apply_each TO deployer'
}

old_database app
grants
sql 'CREATE TABLE log (what text)' 'GRANT ALL ON log TO deployer' \
    'CREATE VIEW latest AS SELECT * FROM migrator.status()' 'GRANT SELECT ON latest TO reader' \
    'CREATE VIEW everywhere AS
        SELECT a.n, a.version, to_jsonb(s) ->> $$kind$$ AS kind_of_whole, b.*, r.pid, (l.row).severity, p.statement, p.one
        FROM migrator.status() WITH ORDINALITY a (version, name, status, at, ms, by, reversible, detail, kind, n)
        JOIN migrator.status() s USING (version) CROSS JOIN migrator.summary() b LEFT JOIN migrator.running r ON true
        LEFT JOIN LATERAL (SELECT migrator.lint() AS row) l ON true
        CROSS JOIN ROWS FROM (migrator.plan(), generate_series(1, 2))
            p (version, name, statement, line, command, sql, source, transactional, verify, one)' \
    'CREATE FUNCTION pending() RETURNS SETOF text BEGIN ATOMIC SELECT version FROM migrator.plan(); END' \
    'ALTER VIEW latest SET (security_barrier)' 'ALTER VIEW latest RENAME name TO title' \
    'CREATE VIEW on_latest AS SELECT * FROM latest' "COMMENT ON VIEW latest IS 'of a user'"

echo '# the new library serves 1.0'
sql "SELECT migrator.load('1', 'baseline', 'CREATE TABLE was_there ()')" "SELECT FROM migrator.baseline('1')" \
    "SELECT migrator.load('2', 'two', 'INSERT INTO log VALUES (2)', 'DELETE FROM log WHERE what = ''2''')" \
    "SELECT migrator.load('3', 'three', 'INSERT INTO log VALUES (3)', 'DELETE FROM log WHERE what = ''3''')" \
    "SELECT migrator.load('4', 'four', 'INSERT INTO log VALUES (4)', 'DELETE FROM log WHERE what = ''4''', 'SELECT 1')" \
    "SELECT FROM migrator.load_file('5_five.sql', 'INSERT INTO log VALUES (5)')" \
    'SELECT FROM migrator.plan()' 'SELECT FROM migrator.lint()' 'SELECT FROM migrator.conflicts()' \
    'SELECT FROM migrator.rehearse()' 'SELECT migrator.report()' 'SELECT FROM migrator.apply(dry_run => true)' \
    "SET ROLE deployer" "SELECT FROM migrator.apply('4')" 'RESET ROLE' \
    'SELECT FROM migrator.rollback()' "SELECT FROM migrator.rollback_to('2')" "SELECT FROM migrator.apply('3')" \
    "SELECT migrator.load('2', 'two', 'INSERT INTO log VALUES (22)')" "SELECT migrator.accept('2', 'reviewed')" \
    "SELECT migrator.load('3', 'three', 'INSERT INTO log VALUES (33)', module => 'edited')" \
    "SELECT FROM migrator.apply(module => 'edited')" "SELECT migrator.load('3', 'x', 'SELECT 1', module => 'edited')" \
    "SELECT migrator.load('9', 'nine', 'SELECT 9')" "SELECT migrator.unload('9')" \
    'CREATE TABLE schema_migrations (version varchar PRIMARY KEY)' "INSERT INTO schema_migrations VALUES ('1')" \
    "SELECT FROM migrator.adopt('dbmate')" 'DROP TABLE schema_migrations' \
    "SELECT migrator.load('1', 'rewrite', 'CREATE TABLE r (a int); ALTER TABLE r ALTER a TYPE bigint; DROP TABLE r', module => 'ddl')" \
    "SELECT FROM migrator.apply(module => 'ddl')" \
    "SELECT FROM migrator.load_dir('$migrations', module => 'directory')" \
    "SELECT FROM migrator.load_tar(decode('$(tar -C "$migrations" -cf - . | base64 -w0)', 'base64'), module => 'archive')" \
    "SELECT migrator.load('1', 'each', 'SELECT 1', 'SELECT 2', module => 'each')" \
    "CALL migrator.apply_each(module => 'each')" "CALL migrator.rollback_each(module => 'each')" \
    "SELECT migrator.load('1', 'kept', 'INSERT INTO log VALUES (''kept'')', 'DELETE FROM log WHERE what = ''kept''', module => 'kept')" \
    "SELECT FROM migrator.apply(module => 'kept')" \
    'SELECT FROM migrator.summary()' 'SELECT migrator.lock_key()' 'SELECT FROM migrator.running' \
    'SELECT FROM migrator.statement_history' 'SELECT FROM migrator.status()' >/dev/null
is 'in 1.0 nothing is set aside' '40|added' \
    "$(sql "SELECT version, action FROM migrator.load_dir('$others', module => 'directory')")"
# Stopped half-way, and failed.
sql "SELECT migrator.load('6', 'half', E'-- migrator: no-transaction\nINSERT INTO log VALUES (6); INSERT INTO later VALUES (6)')" \
    "SELECT migrator.load('7', 'seven', 'INSERT INTO log VALUES (7)')" \
    "SELECT migrator.load('1', 'fails', 'SELECT 1/0', module => 'failed')" >/dev/null
like 'apply_each() of 1.0 stops in a migration without a transaction' '^ERROR:  42P01: ' "$(error_of 'CALL migrator.apply_each()')"
like 'and records a failure' '^ERROR:  22012: ' "$(error_of "CALL migrator.apply_each(module => 'failed')")"
like 'the history of 1.0 is append-only' '^ERROR:  0A000: ' "$(error_of 'DELETE FROM migrator.history_entry')"
is 'every function of 1.0 was called, but the one that raised this error' 'migrator.refuse_change()' "$(sql "
    SELECT p.oid::regprocedure FROM pg_proc p WHERE pronamespace = 'migrator'::regnamespace AND proname !~ '^version_'
    AND NOT EXISTS (SELECT FROM pg_stat_user_functions WHERE funcid = p.oid AND calls > 0) ORDER BY 1")"
is 'status() of 1.0 is what it was' $'1|baseline\n2|applied\n3|applied\n4|applied\n5|applied\n6|partial\n7|pending' \
    "$(sql 'SELECT version, status FROM migrator.status()')"
is 'nor has rehearse() the new name of a column' 'duration_ms' "$(sql "SELECT string_agg(a, ',') FROM pg_proc,
    unnest(proargnames) a WHERE oid = 'migrator.rehearse(text, text)'::regprocedure AND a ~ '_ms$'")"
is 'with the columns that it had' 'version,name,status,applied_at,execution_time_ms,applied_by,reversible,detail,kind' \
    "$(psql -X -A -q -F, -c 'SELECT * FROM migrator.status() LIMIT 0' | head -n 1)"
is 'version compares' 't|10|9' "$(sql "SELECT migrator.version '9' < '10', max(v::migrator.version), min(v::migrator.version)
    FROM unnest('{9,10}'::text[]) v")"

columns() { # columns TABLE: those that it has now
    sql "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = 'migrator.$1'::regclass AND attnum > 0 AND NOT attisdropped"
}
migration_columns=$(columns migration)
history_columns=$(columns history_entry)
statement_columns=$(columns statement_entry)
data() { # what 1.0 had
    sql "SELECT $migration_columns FROM migrator.migration ORDER BY module, version" \
        "SELECT $history_columns FROM migrator.history_entry ORDER BY id" \
        "SELECT $statement_columns FROM migrator.statement_entry ORDER BY id" 'SELECT last_value, is_called FROM migrator.history_entry_id_seq' \
        'SELECT * FROM log' \
        "SELECT version, name, status, applied_at, execution_time_ms, applied_by, reversible, detail, kind FROM migrator.status()" \
        'SELECT * FROM migrator.summary()' 'SELECT * FROM migrator.history ORDER BY id' 'SELECT * FROM latest' \
        'SELECT n, version, kind_of_whole, applied, pid, severity, statement, one FROM everywhere' \
        'SELECT pending()' 'SELECT * FROM on_latest' \
        "SELECT relname, relowner::regrole, relacl, reloptions, obj_description(oid) FROM pg_class WHERE relname ~ 'latest'" \
        "SELECT count(*) FROM pg_depend WHERE deptype = 'e' AND objid IN ('latest'::regclass, 'pending'::regproc)" \
        "SELECT count(*) FROM pg_init_privs WHERE objoid IN ('latest'::regclass, 'pending'::regproc)"
}
before=$(data)
pg_dump -Fc -f "$files/old" app

echo '# an update that is taken back, and one beside a session'
connected() { # a session beside the others
    coproc session { psql -X -q -A -t -d app 2>&1; }
    session_pid=$!
    exec {to}>&"${session[1]}" {from}<&"${session[0]}"
}
left() {
    printf '\\q\n' >&"$to"
    exec {to}>&- {from}<&-
    wait "$session_pid"
}
asked() { # asked SQL: of the other session
    printf '%s;\n\\echo ----\n' "$1" >&"$to"
    local line
    while IFS= read -r -t 60 line <&"$from" && [[ $line != ---- ]]; do echo "$line"; done
}
connected
asked "PREPARE rows AS SELECT version, status FROM migrator.status() WHERE status = 'partial'; EXECUTE rows" >/dev/null
asked 'PREPARE everything AS SELECT * FROM migrator.status(); EXECUTE everything' >/dev/null
is 'another session has used the old function' '6|partial' "$(asked 'EXECUTE rows')"
is 'in a transaction that is rolled back, it is updated' "$newest|7" "$(sql 'BEGIN' 'ALTER EXTENSION migrator UPDATE' \
    "SELECT extversion, (SELECT count(loaded_by) FROM migrator.status()) FROM pg_extension WHERE extname = 'migrator'" \
    'ROLLBACK')"
is 'and is as before' '1.0' "$(sql "SELECT extversion FROM pg_extension WHERE extname = 'migrator'")"
like 'without the column' '^ERROR:  42703: ' "$(error_of 'SELECT loaded_by FROM migrator.status()')"
is 'with its data' "$before" "$(data)"
like 'only a superuser may' '^ERROR:  42501: ' "$(error_of 'SET ROLE deployer' 'ALTER EXTENSION migrator UPDATE')"
sql 'ALTER EXTENSION migrator UPDATE'
is 'the other session goes on' '6|partial' "$(asked 'EXECUTE rows')"
is 'and sees the new column' '6|postgres' "$(asked "SELECT version, loaded_by FROM migrator.status() WHERE status = 'partial'")"
like 'what it had prepared with * is refused by the server, not wrong' 'cached plan must not change result type' \
    "$(asked 'EXECUTE everything')"
left

echo '# afterwards'
is 'the data are all there' "$before" "$(data)"
is 'loaded_by is the role that loaded; null where nothing is loaded' $'1|postgres\n2|' \
    "$(sql "SELECT migrator.load('2', 'b', 'SELECT 1', module => 'by')" "SELECT FROM migrator.apply(module => 'by')" \
        "DELETE FROM migrator.migration WHERE module = 'by'" "SELECT migrator.load('1', 'a', 'SELECT 1', module => 'by')" \
        "SELECT version, loaded_by FROM migrator.status('by')" | tail -n 2)"
sql "DELETE FROM migrator.migration WHERE module = 'by'"
for role in reader deployer third; do
    is "GRANTs survive: $role may call status()" '7' "$(sql "SET ROLE $role" 'SELECT count(*) FROM migrator.status()')"
done
is 'and reader look at a view that uses it' '7' "$(sql 'SET ROLE reader' 'SELECT count(*) FROM latest')"
like 'nobody else may' '^ERROR:  42501: ' "$(error_of 'CREATE ROLE nobody_else' 'GRANT USAGE ON SCHEMA migrator TO nobody_else' \
    'SET ROLE nobody_else' 'SELECT FROM migrator.status()')"
sql 'DROP OWNED BY nobody_else' 'DROP ROLE nobody_else'
for role in deployer; do # which the role kept when its arguments changed
    is "so do those on functions with a new argument: $role may call apply()" 0 "$(sql "SET ROLE $role" "SELECT count(*) FROM migrator.apply(dry_run => true, module => 'kept')")"
done
is 'what has no file is set aside' $'40|unchanged|\n30|absent|pending: it is not run any more until its file is back' \
    "$(sql "SELECT version, action, reason FROM migrator.load_dir('$others', module => 'directory') WHERE action <> 'ignored'")"
is 'the view running has the new columns' 'session_role,migration,migrations' \
    "$(psql -X -A -q -F, -c 'SELECT * FROM migrator.running' | head -n 1 | sed -E 's/.*,([^,]*,[^,]*,[^,]*)$/\1/')"
is 'they are dumped' '2' "$(pg_dump -s app | grep -c 'GRANT ALL ON FUNCTION migrator.status(.*TO \(reader\|third\)')"

createdb fresh
PGDATABASE=fresh sql 'CREATE EXTENSION migrator'
PGDATABASE=fresh grants
fresh=$(catalog fresh)
like 'the fresh install is the newest' "pg_extension .*\"extversion\": \"$newest\"" "$fresh"
is 'the catalog is that of a fresh install' "$fresh" "$(catalog app)"

sql 'CREATE TABLE later (n int)'
is 'the next run goes on where 1.0 stopped' $'6|applied\n7|applied' \
    "$(sql 'CALL migrator.apply_each()' "SELECT version, status FROM migrator.status() WHERE version >= '6'")"
is 'the statement that had run did not run again' '1|1' \
    "$(sql "SELECT (SELECT count(*) FROM log WHERE what = '6'), (SELECT count(*) FROM later)")"
is 'what 1.0 applied is rolled back' '1|rolled_back' \
    "$(sql "SELECT version, status FROM migrator.rollback(module => 'kept')")"

echo '# a dump of 1.0 becomes the newest when it is restored'
createdb restored
refused=$(pg_restore -d restored "$files/old" 2>&1 | grep '^pg_restore: error:' || true)
is 'but for GRANTs on functions by their old arguments' $'procedure migrator.apply_each(text, text)\nfunction migrator.apply(text, boolean, text)' \
    "$(sed -n 's/.*ERROR:  \(.*\) does not exist$/\1/p' <<<"$refused" | sort -r)"
is 'and nothing else' 2 "$(wc -l <<<"$refused")"
export PGDATABASE=restored
sql 'GRANT EXECUTE ON FUNCTION migrator.apply TO deployer' 'GRANT EXECUTE ON PROCEDURE migrator.apply_each TO deployer'
is 'it is the newest' "$newest" "$(sql "SELECT extversion FROM pg_extension WHERE extname = 'migrator'")"
is 'with everything' "$(diff <(echo "$before") /dev/null | wc -l)" "$(diff <(data) /dev/null | wc -l)"
is 'its catalog is that of a fresh install' "$fresh" "$(catalog restored)"

echo '# functions with new arguments'
old_database granted
sql 'GRANT USAGE ON SCHEMA migrator TO deployer' 'GRANT EXECUTE ON FUNCTION migrator.load_dir, migrator.load_tar, migrator.baseline TO deployer' \
    "CREATE VIEW marked AS SELECT version FROM migrator.baseline('1')" \
    "CREATE FUNCTION load_it(archive bytea) RETURNS SETOF text BEGIN ATOMIC SELECT action FROM migrator.load_tar(archive); END"
pg_dump -Fc -f "$files/granted"
sql 'ALTER EXTENSION migrator UPDATE'
may_load() {
    is "$1: a GRANT on them stays" 't|t|t' "$(sql "
        SELECT has_function_privilege('deployer', 'migrator.load_dir(text, text, jsonb, text, boolean, boolean)', 'EXECUTE'),
               has_function_privilege('deployer', 'migrator.load_tar(bytea, text, jsonb, text, boolean, boolean)', 'EXECUTE'),
               has_function_privilege('deployer', 'migrator.baseline(text, text, text)', 'EXECUTE')")"
    is "$1: and a function that calls one" 'added' \
        "$(sql "SELECT load_it(decode('$(tar -C "$others" -cf - ./40_other.sql | base64 -w0)', 'base64'))")"
    is "$1: and a view" '' "$(sql "SELECT migrator.load('1', 'x', 'SELECT 1'), migrator.apply()" >/dev/null; sql 'SELECT * FROM marked')"
}
may_load 'updated'
createdb granted_restored
export PGDATABASE=granted_restored
is 'a dump of 1.0 has them by their old arguments' 3 \
    "$(pg_restore -d granted_restored "$files/granted" 2>&1 | grep -c '^pg_restore: error: .*function migrator\.\(load_\|baseline\).*does not exist')"
sql 'GRANT EXECUTE ON FUNCTION migrator.load_dir, migrator.load_tar, migrator.baseline TO deployer'
may_load 'restored'

echo '# what cannot be replaced stops the update'
old_database stopped
sql 'CREATE MATERIALIZED VIEW kept_status AS SELECT * FROM migrator.status()'
like 'a materialized view does, with a way out' '^ERROR:  2BP01: .*materialized view public.kept_status.*HINT:  Drop it' \
    "$(error_of 'ALTER EXTENSION migrator UPDATE')"
is 'without it' "$newest" "$(sql 'DROP MATERIALIZED VIEW kept_status' 'ALTER EXTENSION migrator UPDATE' \
    "SELECT extversion FROM pg_extension WHERE extname = 'migrator'")"

echo '# the update as a migration'
old_database by_migration
sql "SELECT migrator.load('1', 'update', 'ALTER EXTENSION migrator UPDATE')" >/dev/null
is 'a dry run takes it back' '1.0' "$(sql 'SELECT FROM migrator.apply(dry_run => true)' \
    "SELECT extversion FROM pg_extension WHERE extname = 'migrator'" | tail -n 1)"
is 'apply() does it' "1|applied|$newest" "$(sql 'SELECT FROM migrator.apply()' \
    "SELECT version, status, extversion FROM migrator.status(), pg_extension WHERE extname = 'migrator'" | tail -n 1)"

echo '# an update by another superuser'
old_database by_another
sql 'CREATE ROLE another SUPERUSER' 'SET ROLE another' 'ALTER EXTENSION migrator UPDATE'
is 'the types belong to whom the functions belong to' 'postgres|postgres' "$(sql "
    SELECT (SELECT string_agg(DISTINCT typowner::regrole::text, ' ') FROM pg_type WHERE typnamespace = 'migrator'::regnamespace),
           (SELECT string_agg(DISTINCT proowner::regrole::text, ' ') FROM pg_proc WHERE pronamespace = 'migrator'::regnamespace)")"
is 'its catalog is that of a fresh install' "$(PGDATABASE=fresh sql 'REVOKE ALL ON ALL ROUTINES IN SCHEMA migrator FROM reader, deployer, third CASCADE' \
    'REVOKE ALL ON ALL TABLES IN SCHEMA migrator FROM reader' 'REVOKE ALL ON SCHEMA migrator FROM reader, deployer, third'; catalog fresh)" \
    "$(catalog by_another)"
PGDATABASE=fresh grants

echo '# a library and SQL that do not fit'
export PGDATABASE=by_migration
declared() { # declared COLUMNS: status() of this library with these
    sql 'DROP FUNCTION IF EXISTS migrator.declared' "CREATE FUNCTION migrator.declared(module text) RETURNS TABLE ($1)
        AS '\$libdir/migrator', 'migrator_status' LANGUAGE C"
}
declared 'a text, b text'
like 'no column that the library has is an error' '^ERROR:  42804: .*ALTER EXTENSION migrator UPDATE' \
    "$(error_of "SELECT FROM migrator.declared('main')")"
declared 'version migrator.version, name integer'
like 'so is another type' '^ERROR:  42804: column "name".*ALTER EXTENSION migrator UPDATE' \
    "$(error_of "SELECT FROM migrator.declared('main')")"
declared 'execution_time_ms text, name text'
like 'by value or not' '^ERROR:  42804: column "execution_time_ms"' "$(error_of "SELECT FROM migrator.declared('main')")"
declared 'kind text, version migrator.version'
is 'fewer columns, in another order, are filled by name' 'versioned|1' "$(sql "SELECT * FROM migrator.declared('main')")"
declared 'name varchar, later text, version text'
is 'one that the library does not know is NULL' 'update||1' "$(sql "SELECT * FROM migrator.declared('main')" 2>/dev/null)"
like 'and said to be' 'WARNING:  .*column "later" is NULL.*HINT:  Reconnect' \
    "$(sql "SELECT * FROM migrator.declared('main')" 2>&1)"
sql 'DROP FUNCTION migrator.declared'

echo '# a later release adds columns'
export PGDATABASE=app
connected
asked "PREPARE rows AS SELECT version, status FROM migrator.status() WHERE version = '1'; EXECUTE rows" >/dev/null
asked "PREPARE everything AS SELECT * FROM migrator.status() WHERE version = '1'; EXECUTE everything" >/dev/null
sql 'ALTER TYPE migrator.status_row ADD ATTRIBUTE later integer'
is 'a session goes on' '1|baseline' "$(asked 'EXECUTE rows' | grep -v '^WARNING\|^HINT')"
like 'also with what it had prepared with *' $'\n1[|]baseline[|]baseline[|].*[|]versioned[|]postgres$' "$(asked 'EXECUTE everything')"
left
is 'status() has the column' '1|' "$(sql "SELECT version, later FROM migrator.status() WHERE version = '1'" 2>/dev/null)"
is 'the data are what they were, through views too' "$(data 2>/dev/null)" "$(sql 'ALTER TYPE migrator.status_row DROP ATTRIBUTE later'; data)"
for role in reader deployer third; do
    is "GRANTs survive: $role may call status()" t "$(sql "SET ROLE $role" 'SELECT count(*) > 0 FROM migrator.status()')"
done
createdb with_views
pg_dump -Fc app >"$files/with_views"
pg_restore -e -d with_views "$files/with_views"
is 'views are dumped and restored' "$(sql 'SELECT version, kind FROM latest')" "$(PGDATABASE=with_views sql 'SELECT version, kind FROM latest')"

echo '# the comparison sees whatever an update script may forget'
while read -r statement; do
    ours=$(catalog fresh "$statement" 2>&1) || true
    if [[ $ours == "$fresh" || $ours == *ERROR:* ]]; then ours="unnoticed, or: ${ours: -300}"; else ours=noticed; fi
    is "$statement" noticed "$ours"
done <<'END'
COMMENT ON FUNCTION migrator.status(text) IS 'else'
COMMENT ON COLUMN migrator.history.kind IS NULL
COMMENT ON OPERATOR pg_catalog.< (migrator.version, text) IS NULL
GRANT EXECUTE ON FUNCTION migrator.status TO PUBLIC
GRANT SELECT (up) ON migrator.migration TO reader
ALTER FUNCTION migrator.status VOLATILE
ALTER FUNCTION migrator.status RESET search_path
ALTER FUNCTION migrator.status ROWS 7
ALTER FUNCTION migrator.status OWNER TO deployer
ALTER FUNCTION migrator.version_lt(migrator.version, text) NOT LEAKPROOF
ALTER EXTENSION migrator DROP FUNCTION migrator.lock_key()
ALTER EXTENSION migrator DROP OPERATOR pg_catalog.< (migrator.version, text)
ALTER TABLE migrator.migration ADD COLUMN x int
ALTER TABLE migrator.migration ALTER loaded_at SET DEFAULT now()
ALTER TABLE migrator.migration ALTER kind DROP NOT NULL
ALTER TABLE migrator.migration DROP CONSTRAINT migration_pkey
ALTER TABLE migrator.migration ADD CHECK (up_line > 0)
ALTER TABLE migrator.history_entry ENABLE TRIGGER append_only
ALTER TABLE migrator.history_entry ALTER id SET GENERATED BY DEFAULT
ALTER TABLE migrator.statement_entry ALTER id SET DEFAULT 1
ALTER EVENT TRIGGER migrator_see_drops DISABLE
ALTER OPERATOR FAMILY migrator.version_ops USING btree ADD OPERATOR 1 pg_catalog.< (migrator.version, text)
ALTER OPERATOR pg_catalog.< (migrator.version, text) SET (RESTRICT = NONE)
ALTER TYPE migrator.version SET (STORAGE = external)
CREATE OR REPLACE VIEW migrator.running AS SELECT a.*, 1 AS x FROM migrator.run_activity() a
UPDATE pg_extension SET extcondition[1] = 'WHERE false' WHERE extname = 'migrator'
DELETE FROM pg_init_privs WHERE objoid = 'migrator.status(text)'::regprocedure
ALTER TYPE migrator.status_row RENAME ATTRIBUTE loaded_by TO by
ALTER TYPE migrator.status_row ADD ATTRIBUTE x text
ALTER TYPE migrator.status_row OWNER TO deployer
GRANT USAGE ON TYPE migrator.status_row TO PUBLIC
COMMENT ON TYPE migrator.status_row IS NULL
COMMENT ON COLUMN migrator.status_row.loaded_by IS NULL
END
checked
