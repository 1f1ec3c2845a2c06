#!/usr/bin/env bash
# Every statement that the server has, in a migration that runs statement by statement: up, down, rehearsed, and stopped
# before and behind each statement. It does what psql does, and where psql refuses, the error says where it is.
set -euo pipefail
. test/cluster/checks.bash

pg_config=${PG_CONFIG:-pg_config}
headers=$("$pg_config" --includedir-server)
cases=(test/statements/drop.sql test/statements/alter.sql test/statements/other.sql)
kinds() { /usr/bin/python3 -B test/statements/kinds.py "$@"; }

# What is left of everything: the schema with its rows, and what no dump of a database has.
left() { # left MARK
    {
        pg_dump --exclude-table-data='migrator.*' | grep -vE '^(-- Dumped|\\(un)?restrict)'
        sql "SELECT rolname, rolcreatedb, rolconnlimit, rolvaliduntil FROM pg_roles WHERE rolname LIKE '%$1%' ORDER BY 1" \
            "SELECT setdatabase::regclass IS NOT NULL, setconfig FROM pg_db_role_setting ORDER BY 2" \
            "SELECT shobj_description(oid, 'pg_database'), datconnlimit, datacl FROM pg_database WHERE datname = current_database()" \
            "SELECT datname FROM pg_database WHERE datname LIKE '%$1%' ORDER BY 1" \
            "SELECT spcname, spcoptions, spcacl FROM pg_tablespace ORDER BY 1" \
            "SELECT lanname, lanacl FROM pg_language ORDER BY 1" \
            "SELECT amname FROM pg_am ORDER BY 1" \
            "SELECT indexrelid::regclass, indisvalid, indisclustered FROM pg_index WHERE indexrelid >= 16384 AND indrelid::regclass::text !~ '^(migrator|pg_toast)' ORDER BY indexrelid::regclass::text"
    } | sed "s/$1/@/g"
}
server kinds wal_level=logical migrator.on_hazard=ignore
echo '# psql'
database kinds_zq1
kinds psql zq1 "${cases[@]}" >"$CLUSTER_TEMP/psql.sql"
is 'psql runs them all' '' "$(PGOPTIONS='-c client_min_messages=error' psql -X -q -v ON_ERROR_STOP=1 -f "$CLUSTER_TEMP/psql.sql" 2>&1 >/dev/null)"
psqls=$(left zq1)
PGDATABASE=postgres sql 'DROP DATABASE kinds_zq1'

echo '# up, and every kind that there is'
database kinds_zq2
kinds up zq2 "${cases[@]}" >"$CLUSTER_TEMP/up.sql"
psql -X -q -v ON_ERROR_STOP=1 -f "$CLUSTER_TEMP/up.sql" >/dev/null
driven=$(sql "SELECT DISTINCT regexp_replace(command, '( \.\.\. DETACH PARTITION)? CONCURRENTLY$', '') FROM migrator.plan() ORDER BY 1")
# Tags that no statement has, or that stand for a statement whose tag is another.
nobodys='???|ALTER ACCESS METHOD|ALTER CAST|ALTER CONSTRAINT|ALTER TRANSFORM|CLOSE|COPY FROM|CREATE CONSTRAINT|CREATE ROUTINE|DISCARD|DROP CONSTRAINT|LOGIN|SELECT FOR KEY SHARE|SELECT FOR NO KEY UPDATE|SELECT FOR SHARE|SELECT FOR UPDATE|SELECT INTO'
# The blocks of a body, and what a migration may not say (transaction_control).
control='BEGIN|COMMIT|COMMIT PREPARED|PREPARE TRANSACTION|RELEASE|ROLLBACK|ROLLBACK PREPARED|SAVEPOINT|START TRANSACTION'
refused='IMPORT FOREIGN SCHEMA|SECURITY LABEL'
newer='ALTER PROPERTY GRAPH|CREATE PROPERTY GRAPH|DROP PROPERTY GRAPH|REPACK|WAIT' # of 19
is 'no statement of the server is forgotten' '' "$(sed -nE 's/^PG_CMDTAG\([A-Z_]+, "([^"]+)".*/\1/p' "$headers/tcop/cmdtaglist.h" |
    grep -vxF -e "$driven" | grep -vxF -e "${nobodys//|/$'\n'}" -e "${control//|/$'\n'}" -e "${refused//|/$'\n'}" -e "${newer//|/$'\n'}" || true)"
# A COMMENT for each kind of object that can have one.
objects=$(sed -n '/^typedef enum ObjectType/,/^} ObjectType/s/^[[:space:]]*OBJECT_\([A-Z_]*\).*/\1/p' "$headers/nodes/parsenodes.h" |
    grep -vxE 'AMOP|AMPROC|ATTRIBUTE|DEFAULT|DEFACL|DOMCONSTRAINT|PARAMETER_ACL|PUBLICATION_(EXCLUDED_REL|NAMESPACE|REL)|USER_MAPPING|PROPGRAPH' |
    sed -e 's/^FDW$/FOREIGN DATA WRAPPER/' -e 's/^FOREIGN_SERVER$/SERVER/' -e 's/^LARGEOBJECT$/LARGE OBJECT/' \
        -e 's/^MATVIEW$/MATERIALIZED VIEW/' -e 's/^OPCLASS$/OPERATOR CLASS/' -e 's/^OPFAMILY$/OPERATOR FAMILY/' \
        -e 's/^STATISTIC_EXT$/STATISTICS/' -e 's/^TABCONSTRAINT$/CONSTRAINT/' -e 's/^TS/TEXT SEARCH /' -e 's/_/ /g')
forgotten=
while read -r object; do
    grep -q "^> COMMENT ON $object " "${cases[@]}" || forgotten+="$object, "
done <<<"$objects"
is 'no kind of object is forgotten' '' "$forgotten"

echo '# rehearsed'
# What a rehearsal cannot hold comes last here, so that it ends before it.
shared=$(awk '/^-- /{shared = /shared/} /^SELECT migrator.load/{n++; if (shared) print n}' "$CLUSTER_TEMP/up.sql" | sort -n | head -1)
before=$(left zq2)
is 'nothing fails' '' "$(sql "SELECT version, statement, sql, error FROM migrator.rehearse('$((shared - 1))') WHERE error IS NOT NULL")"
is 'nothing is left of it' "$before" "$(left zq2)"

echo '# applied'
is 'no error' '' "$(error_of 'CALL migrator.apply_each()' | grep -A 9 '^ERROR' || true)"
is 'as psql left it' "$psqls" "$(left zq2)"
PGDATABASE=postgres sql 'DROP DATABASE kinds_zq2'

echo '# in a down body'
database kinds_zq3
kinds down zq3 "${cases[@]}" | psql -X -q -v ON_ERROR_STOP=1 >/dev/null
count=$(sql 'SELECT count(*) FROM migrator.status()')
sql 'CALL migrator.apply_each()'
is 'no error' '' "$(error_of "CALL migrator.rollback_each($count)" | grep -A 9 '^ERROR' || true)"
is 'all are undone' "pending $count" "$(sql "SELECT string_agg(DISTINCT status, ',') || ' ' || count(*) FROM migrator.status()")"
is 'as psql left it' "$psqls" "$(left zq3)"
PGDATABASE=postgres sql 'DROP DATABASE kinds_zq3'

echo '# stopped before and behind each statement'
database kinds_zq4
sql "CREATE FUNCTION public.cut() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS \$\$
    BEGIN
        IF current_setting('test.cut', true) IN (NEW.statement || ' ' || NEW.result,
                                                 CASE NEW.result WHEN 'failed' THEN NEW.statement || ' finished' END) THEN
            RAISE EXCEPTION 'cut here';
        END IF;
        RETURN NEW;
    END \$\$" 'CREATE TRIGGER cut BEFORE INSERT ON migrator.statement_entry FOR EACH ROW EXECUTE FUNCTION public.cut()' \
    'ALTER TABLE migrator.statement_entry ENABLE ALWAYS TRIGGER cut'
kinds cut zq4 "${cases[@]}" >"$CLUSTER_TEMP/cut.sql"
PGOPTIONS='-c client_min_messages=error' psql -X -q -f "$CLUSTER_TEMP/cut.sql" >/dev/null 2>"$CLUSTER_TEMP/cut.log" || true
is 'it stopped as often as it was to' "$(grep -cE "^SET test.cut = '[0-9]" "$CLUSTER_TEMP/cut.sql")" "$(grep -c 'ERROR:  cut here' "$CLUSTER_TEMP/cut.log")"
is 'no other error' '' "$(grep 'ERROR' "$CLUSTER_TEMP/cut.log" | grep -v 'ERROR:  cut here' || true)"
is 'each error says where' '' "$(awk '/ERROR:/{if (inside) print before; inside = 1; before = $0} /migration [0-9]+ \(case\).* statement [0-9]+ of [0-9]+/{inside = 0}' "$CLUSTER_TEMP/cut.log")"
sql 'DROP TRIGGER cut ON migrator.statement_entry' 'DROP FUNCTION public.cut'
is 'all are applied' 'applied' "$(sql "SELECT string_agg(DISTINCT status, ',') FROM migrator.status()")"
is 'as psql left it' "$psqls" "$(left zq4)"

echo '# what psql refuses'
database refused
prepare=("CREATE TABLE k (i int PRIMARY KEY)" "CREATE TABLE p (i int) PARTITION BY LIST (i)" "CREATE TABLE p_d PARTITION OF p DEFAULT"
    "CREATE INDEX p_i ON p (i)" "CREATE TABLE two AS SELECT 1 AS i FROM generate_series(1, 2)"
    "CREATE TABLE later (i int REFERENCES k DEFERRABLE INITIALLY DEFERRED)"
    "CREATE SUBSCRIPTION disabled CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)"
    "CREATE PROCEDURE ends_in_function() LANGUAGE plpgsql SET work_mem = '5MB' AS 'BEGIN COMMIT; END'"
    "CREATE FUNCTION ends_by_itself() RETURNS int LANGUAGE plpgsql AS 'BEGIN COMMIT; RETURN 1; END'")
sql "${prepare[@]}"
while IFS= read -r statement; do
    theirs=$(error_of "$statement" | sed -n 's/^ERROR: *//p')
    sql 'DROP INDEX IF EXISTS twice'
    sql "SELECT migrator.load('1', 'refused', \$x\$-- migrator: no-transaction
        SELECT 1;
        $statement\$x\$)" >/dev/null
    rehearsed=$(sql "SELECT sqlstate || ': ' || error FROM migrator.rehearse() WHERE error IS NOT NULL" 2>&1)
    ours=$(error_of 'CALL migrator.apply_each()')
    is "$statement" "$theirs" "$(sed -n 's/^ERROR: *//p' <<<"$ours")"
    like '... and where it is' 'migration 1 \(refused\), up line 3, statement 2 of 2' "$ours"
    is '... on record' "$(head -n 1 <<<"${theirs#*: }")|2|3" "$(sql "SELECT split_part(error, E'\n', 1), statement, line FROM migrator.history ORDER BY id DESC LIMIT 1")"
    # What runs in the rehearsal may be refused in other words.
    [[ -z $rehearsed ]] || is '... rehearsed' "${theirs%%:*}" "${rehearsed%%:*}"
    sql 'DROP EXTENSION migrator' 'DROP INDEX IF EXISTS twice' 'CREATE EXTENSION migrator'
done < <(sed -n 's/^> //p' test/statements/refused.sql)
checked
