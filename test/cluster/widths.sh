#!/usr/bin/env bash
# What psql shows by default fits 120 columns where the columns of 1.0 allow it; where they do not, what the comment of
# the function or view recommends does. The tables of the client, the definitions of views, the list of functions.
set -euo pipefail
. test/cluster/checks.bash

server widths
database app
unset PGOPTIONS PGTZ
files migrations
file() { cat >"$files/$1"; } # file NAME <<<CONTENT
shown() { psql -X -q -v ON_ERROR_STOP=1 -P pager=off -P footer=off -c "$1" 2>/dev/null; }
fits_in_120() { # fits_in_120 WHAT PATTERN TEXT: a line matches
    is "$1" yes "$(grep -qE -- "$2" <<<"$3" && echo yes || echo "no line matches $2")"
    is '... fits' '' "$(grep -E '.{121}' <<<"$3" | head -n 2 || true)"
}
fits() { fits_in_120 "$1" "$2" "$(shown "$1")"; } # fits SQL PATTERN
recommended() { # recommended COMMENT OBJECT PATTERN
    local columns
    columns=$(sql "SELECT substring($1 FROM 'For a terminal: (.*)')")
    fits "SELECT ${columns:-no columns} FROM migrator.$2" "$3"
}
of_function() { recommended "obj_description('migrator.$1'::regproc)" "$1()" "$2"; } # of_function NAME PATTERN
of_view() { recommended "obj_description('migrator.$1'::regclass)" "$1" "$2"; }
client() { fits_in_120 "migrator $1" "$2" "$(bin/migrator --dir "$files" "$1" 2>/dev/null || echo "exit $?")"; } # client VERB PATTERN

all_of_it() { # all_of_it VERSION NAME: of a migration that is pending
    of_function plan "^ $1 +\\|"
    of_function lint '^ 20[0-9_]+ +\|'
    of_function rehearse "^ $1 +\\|"
    of_function status "^ $1 +\\| $2 +\\| pending"
    client status "^ $1 +\\| $2 +\\| pending"
    client plan "^ $1 +\\| $2 "
    client rehearse "$1"
    while read -r select; do
        fits "${select%;}" '^ +version '
    done < <(block sql 'left(message, 50)' docs/reference.md)
}

echo '# the examples'
cp examples/*.sql "$files"
fits "SELECT * FROM migrator.load_dir('$files')" '^ 20260216_001 +\| backfill_users_display_name +\| added'
all_of_it 20260216_001 backfill_users_display_name
fits 'SELECT * FROM migrator.apply(dry_run => true)' '^ 20260216_001 +\| backfill_users_display_name +\| skipped'
fits 'SELECT * FROM migrator.apply()' '^ 20260216_001 +\| backfill_users_display_name +\| applied'
of_function status '^ 20260216_001 +\|.*\| applied \| 20..-'
client status '^ 20260216_001 +\|.*\| applied \| 20..-'
of_function summary '^ +15 \| +0 \|'
of_view history '^ 20260216_001 +\|.*\| apply +\| applied'
fits 'SELECT * FROM migrator.rollback(3)' '^ 20260315_001 +\| add_tasks_search +\| rolled_back'

echo '# tables that were there'
rm "$files"/*.sql
createdb there
export PGDATABASE=there
sql 'CREATE EXTENSION migrator' 'CREATE TABLE customers (id int PRIMARY KEY, email text)' \
    'CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total numeric)' \
    'INSERT INTO customers SELECT n, n FROM generate_series(1, 1000) n' \
    'INSERT INTO orders SELECT n, n % 1000 + 1, n FROM generate_series(1, 20000) n' 'ANALYZE'
file 20260501090000_widen_order_ids.sql <<<$'-- UP\nALTER TABLE orders ALTER id TYPE bigint;\n-- DOWN\nSELECT 1;'
file 20260501101500_orders_reference_customers.sql <<'END'
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id);
UPDATE orders SET total = total + 1
WHERE id < 100;
END
file 20260502080000_index_customers_email.sql <<<'CREATE INDEX CONCURRENTLY customers_email_lower_idx ON customers (lower(email)) WHERE email <> '\'\'';'
file add_budget.sql <<<'SELECT 1;'
fits "SELECT version, name, action, source FROM migrator.load_dir('$files')" \
    '^ 20260501101500 +\| orders_reference_customers +\| added'
all_of_it 20260501101500 orders_reference_customers
fits 'SELECT * FROM migrator.conflicts()' '^ version_a '
psql -X -q -c 'CALL migrator.apply_each()' 2>/dev/null
of_view statement_history '^ 20260502080000 \| apply +\| +1 \| finished'
of_view running '^ pid '
fits "SELECT * FROM migrator.baseline('20260501090000')" '^ version '
sql 'CREATE TABLE schema_migrations (version varchar PRIMARY KEY)' "INSERT INTO schema_migrations VALUES ('20260501090000')"
fits 'SELECT * FROM migrator.adopt()' '^ 20260501090000'

echo '# definitions'
definitions=$(sql "SELECT format('%s%s%s', c.oid::regclass, E'\n', pg_get_viewdef(c.oid)) FROM pg_class c
                   WHERE relnamespace = 'migrator'::regnamespace AND relkind = 'v'")
for view in history running statement_history; do
    fits_in_120 "the views, with $view" "^migrator.$view\$" "$definitions"
done
is '\df migrator.[^v]* leaves out only what belongs to the type version' t "$(sql "
    SELECT bool_and(proname ~ '^version_') FROM pg_proc WHERE pronamespace = 'migrator'::regnamespace AND proname ~ '^v'")"
checked
