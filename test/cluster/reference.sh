#!/usr/bin/env bash
# docs/reference.md has what there is, and nothing else: functions with arguments and columns, views, settings, statuses,
# actions, SQLSTATEs; docs/lint-rules.md has the rules.
set -euo pipefail
. test/cluster/checks.bash

server reference
database app
page=docs/reference.md
section() { awk -v section="## $1" '/^## / { inside = $0 == section } inside' "$page"; }
rows() { section "$1" | grep '^| `'; }                            # rows SECTION: of its tables
first_cells() { rows "$1" | sed -E 's/^\| (.*[^ ]) +\| .*/\1/'; } # first_cells SECTION: those of tables of two columns
first_words() { awk -v head="| $1 |" '$0 ~ /^$/ { inside = 0 } index($0, head) == 1 { inside = 1 } inside && /^\| `/' "$page" | sed 's/^| \(`[^`]*`\).*/\1/' | names; }
names() { grep -oE '`[^`]+`' | tr -d '`' | sort; }
strings() { grep -ohE "$1" "${@:2}" | grep -oE '"[^"]+"' | tr -d '"' | sort -u; } # strings PATTERN FILE..: "x" in what matches

echo '# functions and views'
columns="(SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid ="
is 'every function, with its arguments and columns in order' \
    "$(sql "SELECT '\`' || CASE prokind WHEN 'p' THEN 'CALL ' ELSE '' END || proname || '(' ||
            coalesce((SELECT string_agg(proargnames[i] || coalesce(' = ' || regexp_replace(pg_get_function_arg_default(oid, i), '::[a-z]+\$', ''), ''), ', ' ORDER BY i)
                      FROM generate_series(1, pronargs) AS i), '') || ')\`' ||
            CASE WHEN prokind = 'p' OR prorettype = 'void'::regtype THEN ''
                 ELSE ' → ' || coalesce($columns (SELECT typrelid FROM pg_type t WHERE t.oid = prorettype)), prorettype::regtype::text) END
        FROM pg_proc WHERE pronamespace = 'migrator'::regnamespace AND proname !~ '^version_' AND proname <> 'run_activity'
            AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)" | sort)" \
    "$(first_cells Functions | sort)"
is 'every view' "$(sql "SELECT '\`' || relname || '\` → ' || $columns c.oid) FROM pg_class c
        WHERE relnamespace = 'migrator'::regnamespace AND relkind = 'v'" | sort)" "$(first_cells Views | sort)"
is 'a row type for each that returns rows' "$(sql "SELECT relname FROM pg_class WHERE relnamespace = 'migrator'::regnamespace AND relkind = 'c'" | sort)" \
    "$(grep -oE '`migrator\.[a-z]+_row`' $page | sed 's/`migrator\.//; s/`//' | sort -u)"

echo '# settings'
is 'every setting with its default' "$(sql 'LOAD $$migrator$$' "SELECT name, coalesce(nullif(current_setting(name), ''), '-')
        FROM pg_settings WHERE name LIKE 'migrator.%' ORDER BY name")" \
    "$(awk -F ' *[|] *' '/^\| `migrator\./ { gsub(/`/, ""); print $2 "|" ($3 == "" ? "-" : $3) }' $page | sort)"
is 'and every value of one that has a list' '' "$(sql 'LOAD $$migrator$$' "SELECT name, unnest(enumvals) FROM pg_settings
        WHERE name LIKE 'migrator.%' AND enumvals IS NOT NULL" | while IFS='|' read -r name value; do
    grep -q "^| \`${name/./[.]}\` .*\`$value\`" $page || grep -q "^| \`${name/./[.]}\` .*or \`$value\` " $page || echo "$name $value"
done)"

echo '# statuses and actions'
is 'every status of a migration' "$(sed -n '/^const char \*to_text(Status/,/^}/p' src/core/plan/state.cpp | strings 'return "[a-z_]+"')" "$(first_words status)"
is 'every outcome of a run' "$(strings '(status = .*"|"failed", 0)' src/run/transaction_run.cpp)" "$(first_words outcome)"
is 'every action of a load' "$(strings '(action = |absent_\.push_back|^FileResult ignored|return stored ==).*' \
    src/server/load/loading.cpp src/server/store/migration_store.cpp)" "$(first_words 'action of a load')"
recorded() { sql "SELECT col_description('migrator.$1'::regclass, attnum) FROM pg_attribute
    WHERE attrelid = 'migrator.$1'::regclass AND attname = '$2'" | sed 's/ or /, /; s/, /\n/g' | sort; }
is 'every action of the history' "$(recorded history action)" "$(first_words action)"
is 'every result of the history' "$(recorded history result)" \
    "$(section Actions | sed -n '/^| action | result/,/^$/s/^| `[a-z]*` | //p' | names | sort -u)"
is 'every result of a statement' "$(recorded statement_history result)" "$(section Actions | grep '^`statement_history` has' | names | grep -vx statement_history)"

echo '# SQLSTATEs'
codes() { grep -oE '`[0-9A-Z]{5}`' | tr -d '`' | sort -u; }
is 'every one of class MG' "$(strings '"MG[0-9]{3}"' src/core/base/failure.hpp)" "$(rows SQLSTATEs | cut -d '|' -f 2 | codes | grep ^MG)"
is 'and what to do about each' "$(strings '"MG[0-9]{3}"' src/core/base/failure.hpp)" "$(page=docs/operating.md; rows 'What the error code asks for' |
    cut -d '|' -f 2 | codes | grep ^MG)"
is 'no other that there is not' '' "$(rows SQLSTATEs | cut -d '|' -f 2 | codes | grep -v ^MG |
    grep -vxFf <(grep -oE '^[0-9A-Z]{5}' "$("${PG_CONFIG:-pg_config}" --sharedir)/errcodes.txt") || true)"
is 'nor on another page' '' "$(cat "${pages[@]}" | grep -oE '\bMG[0-9]{3}\b' | sort -u | grep -vxFf <(strings '"MG[0-9]{3}"' src/core/base/failure.hpp) || true)"

echo '# names on all pages'
is 'every function that a page names' '' "$(cat "${pages[@]}" | grep -ohE '\bmigrator\.[a-z_]+\b' | sort -u | sed 's/^migrator\.//' |
    grep -vxFf <(sql "SELECT proname FROM pg_proc WHERE pronamespace = 'migrator'::regnamespace
        UNION SELECT relname FROM pg_class WHERE relnamespace = 'migrator'::regnamespace
        UNION SELECT typname FROM pg_type WHERE typnamespace = 'migrator'::regnamespace" 'LOAD $$migrator$$' \
        "SELECT substr(name, 10) FROM pg_settings WHERE name LIKE 'migrator.%'") || true)"
is 'every rule of lint()' "$({
    strings '^    (\{|rule\()"[a-z-]+", ?("|$)' -r src/lint/rules | grep -xE '[a-z]+(-[a-z]+)*'
    strings 'refused_by_plan = .*' src/lint/read/refusals.hpp
} | sort -u)" "$(grep '^| `' docs/lint-rules.md | cut -d '|' -f 2 | names)"
known=$(error_of "SELECT migrator.load_file('1_a.sql', '', 'none')" | sed -n 's/^HINT:  Known conventions are auto, \(.*\)\./\1/p')
is 'every convention' "$(sed 's/, /\n/g' <<<"$known" | sort)" "$(page=docs/other-tools.md; section 'Files of other tools' | sed -n 's/^| \(`[^|]*\)|.*/\1/p' | names)"

known=$(error_of "SELECT migrator.adopt('none')" | sed -n 's/^DETAIL:  Known tools are \(.*\)\./\1/p')
is 'every history' "$(sed 's/, /\n/g' <<<"$known" | sort)" "$(tr '\n' ' ' <docs/other-tools.md | sed -n 's/.*It knows the histories of \([^.]*\)\..*/\1/p' |
    tr A-Z a-z | sed 's/, */\n/g; s/ and /\n/g' | sed 's/^ *//' | sort)"
is 'every status of an adoption' "$({
    strings 'row\.status = .*' src/core/adopt/adoption.cpp
    sed -n '/^const char \*to_text(State/,/^}/p' src/core/adopt/adoption.cpp | strings 'return "[a-z_]+"'
} | sort -u)" "$(awk '/^$/ { inside = 0 } /^\| status in a row/ { inside = 1 } inside && /^\| `/' docs/other-tools.md | cut -d '|' -f 2 | names)"
verbs() { grep -oE '^  [a-z]+ ' | tr -d ' ' | sort; }
is 'every verb of the client' "$(bin/migrator --help | sed '/^  --dir/,$d' | verbs)" \
    "$(tr '\n' ' ' <docs/client.md | grep -oE '(`[a-z]+`, )+`adopt`: `migrator --help`' | sed 's/: .*//' | names)"

echo '# session_preload_libraries'
is 'before: any value is taken, no setting is known' '|0' "$(sql "SET migrator.on_hazard = 'eror'")|$(sql "SELECT count(*) FROM pg_settings WHERE name LIKE 'migrator.%'")"
sql "$(block sql session_preload_libraries $page)"
like 'after: a wrong one is an error' 'invalid value for parameter "migrator.on_hazard": "eror"' "$(error_of "SET migrator.on_hazard = 'eror'")"
like 'a wrong name too' '"migrator.on_hazzard"' "$(error_of "SET migrator.on_hazzard = 'error'")"
like 'for the database too' 'invalid value' "$(error_of "ALTER DATABASE app SET migrator.lock_timeout = '2x'")"
is 'and all are there' t "$(sql "SELECT count(*) > 10 FROM pg_settings WHERE name LIKE 'migrator.%'")"
checked
