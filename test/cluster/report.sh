#!/usr/bin/env bash
# report(): what GitHub takes of it. The recipe of docs/ci.md runs for real; the SARIF is held against its schema and
# against the rules by which GitHub takes it in, the Markdown goes through GitHub's own renderer, whatever hostile names
# and texts there are, in databases of several encodings.
set -euo pipefail
. test/cluster/checks.bash
. test/cluster/npm.bash

# The validator and the schema of SARIF; empty without them, and then the JSON and the Markdown are what is checked.
multitool=
if npm_modules sarif 'what GitHub takes of SARIF'; then
    multitool=$modules/@microsoft/sarif-multitool-linux
    chmod +x "$multitool/Sarif.Multitool"
fi

server report
files work
reports=$CLUSTER_HOME/report/reports
mkdir "$reports" "$files/migrations"

schema_errors() { # schema_errors FILE
    [[ -n $multitool ]] || return 0
    /usr/bin/python3 - "$multitool/sarif-2.1.0.json" "$1" <<'PYTHON'
import json, sys
import jsonschema
schema, document = (json.load(open(name, encoding='utf-8')) for name in sys.argv[1:])
validator = jsonschema.validators.validator_for(schema)(schema)
for error in validator.iter_errors(document):
    print('/'.join(map(str, error.absolute_path)), error.message[:200])
PYTHON
}
github_errors() { # github_errors FILE.sarif: what would be refused; that it was read at all shows in a remark
    local found=$reports/validation.sarif
    rm -f "$found"
    validates || return 0
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$multitool/Sarif.Multitool" validate "$1" --rule-kind 'Sarif;Ghas' \
        --level 'Error;Warning;Note' --output "$found" --log ForceOverwrite >/dev/null
    jq -r '.runs[].results | if any(.ruleId == "SARIF2012") then .[] else {ruleId: "not read", level: "error"} end
           | select(.level == "error") | "\(.ruleId) \(.message.arguments // [] | join("; "))"' "$found"
}
validates() { [[ -n $multitool && $(uname -m) == x86_64 ]]; } # it runs on Intel's processors only
json_errors() { # json_errors FILE.json: against docs/report.schema.json, which has to name every member
    /usr/bin/python3 - docs/report.schema.json "$1" <<'PYTHON'
import json, sys
import jsonschema
schema, document = (json.load(open(name, encoding='utf-8')) for name in sys.argv[1:])
def close(part):
    if isinstance(part, dict):
        if 'properties' in part:
            part['additionalProperties'] = False
        for value in part.values():
            close(value)
    elif isinstance(part, list):
        for value in part:
            close(value)
close(schema)
jsonschema.Draft202012Validator.check_schema(schema)
for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
    print('/'.join(map(str, error.absolute_path)), error.message[:200])
PYTHON
}
report() { # report FORMAT [ARGUMENTS]: into $reports/report.FORMAT
    psql -X -A -t -q -v ON_ERROR_STOP=1 -o "$reports/report.$1" -c "SELECT migrator.report('$1'${2:+, $2})"
}
check_all() { # check_all WHAT [ARGUMENTS]
    report sarif "${2:-}"
    report json "${2:-}"
    report markdown "${2:-}"
    is "$1: the SARIF is valid" '' "$(schema_errors "$reports/report.sarif")"
    is "$1: GitHub takes it" '' "$(github_errors "$reports/report.sarif")"
    is "$1: the JSON is read" object "$(jq -r type "$reports/report.json")"
    is "$1: the JSON is as its schema says" '' "$(json_errors "$reports/report.json")"
    is "$1: the comment is not too long" 1 "$(($(wc -m <"$reports/report.markdown") < 65536))"
}
html() { cmark-gfm --unsafe -e table -e autolink -e strikethrough "$reports/report.markdown"; }

echo '# the checks see what is wrong'
database plain
sql 'CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 100000) g' 'ANALYZE t' \
    "SELECT migrator.load('1', 'widen', 'ALTER TABLE t ALTER id TYPE bigint')" >/dev/null
check_all 'a rewrite'
is 'it is there' 1 "$(($(jq '.runs[0].results | length' "$reports/report.sarif") >= 1))"
jq 'del(.runs[0].results[0].locations)' "$reports/report.sarif" >"$reports/bad.sarif"
! validates || like 'a result without a place is refused' GH1015 "$(github_errors "$reports/bad.sarif")"
jq '.runs[0].results[0].level = "info"' "$reports/report.sarif" >"$reports/bad.sarif"
[[ -z $multitool ]] || like 'so is a level that does not exist' 'is not one of' "$(schema_errors "$reports/bad.sarif")"

jq 'del(.summary.waits[0].held_ms)' "$reports/report.json" >"$reports/bad.json"
like 'JSON without a member' "'held_ms' is a required property" "$(json_errors "$reports/bad.json")"
jq '.migrations[0].surprise = 1' "$reports/report.json" >"$reports/bad.json"
like 'and with one that the schema does not name' "'surprise' was unexpected" "$(json_errors "$reports/bad.json")"
is 'it has a wait, a rewrite and a size' '1|1|1' "$(jq -r '[.summary.waits, .summary.rewritten, .relations] | map(length) | join("|")' "$reports/report.json")"

echo '# nothing is pending'
database nothing
check_all 'nothing'
is 'said' '### Migrations: nothing is pending' "$(<"$reports/report.markdown")"

echo '# hostile texts'
database hostile
table='a|b`c<img src=x onerror=alert(1)>@everyone\"\"'
psql -X -q -v ON_ERROR_STOP=1 -v "name=$table" >/dev/null <<'SQL'
CREATE TABLE :"name" (id int);
INSERT INTO :"name" SELECT generate_series(1, 50000);
ANALYZE;
SELECT format('ALTER TABLE %I ALTER id TYPE bigint', :'name') AS statement \gset
SELECT migrator.load('1', 'a|b `<script>alert(1)</script>` @everyone #1 $x$', :'statement');
SELECT format('CREATE TABLE %I ()' || E';\n-- ``` | </details> <b> \x01 \x1f \x7f "\\ \u2028 ä 漢 🐘\nSELECT ''</code>|@all''', '|' || :'name')
       AS statement \gset
SELECT migrator.load_file('dir é|`@x/2_%20#?.sql', :'statement' || E';\n\nSELECT E''\\\\|''::int;');
SQL
check_all 'hostile' "source_root => 'd b'"
is 'no markup of theirs comes through' '' \
    "$(html | grep -oE '<(img|script|b|a)[ >]' | sort -u)"
is 'and no mention outside of code' '' "$(html | sed -E 's:<code>[^<]*</code>::g; s:<!-- -->:.:g' | grep -oE '@[a-z]+' || true)"
is 'each row has its six cells' '6' "$(html | awk '/<tr>/ { n = 0 } /<td/ { ++n } /<\/tr>/ && n != 0 && n != 2 { print n }' | sort -u)"
like 'the failure is in the headline' '^### Migrations: 2 pending, 4 statements, \*\*fails\*\*' "$(head -1 "$reports/report.markdown")"
is 'the name of the file is a URI' 'd%20b/dir%20%C3%A9%7C%60%40x/2_%2520%23%3F.sql' \
    "$(jq -r '.runs[0].results[] | select(.ruleId == "rehearsal-error").locations[0].physicalLocation.artifactLocation.uri' "$reports/report.sarif")"
is 'the JSON has what the database has' t "$(sql "SELECT migrator.report('json')::jsonb #> '{migrations,0,statements,0,rewrites}' =
    to_jsonb(ARRAY(SELECT format('public.%I', relname) FROM pg_class WHERE relname LIKE 'a|b%' AND relkind = 'r'))")"

echo '# other encodings'
for encoding in LATIN1 EUC_JP SQL_ASCII; do
    database "in_$encoding" --encoding "$encoding" --locale C --template template0
    text='ä'
    [[ $encoding != EUC_JP ]] || text='漢'
    sql "SELECT migrator.load_file('1_$text.sql', E'SELECT ''$text|\`'';\nSELECT ''$text''::int')" >/dev/null
    check_all "$encoding"
    is "$encoding: the text is the one that was loaded" "SELECT '$text'::int" \
        "$(jq -r '.migrations[0].statements[1].sql' "$reports/report.json")"
    is "$encoding: the name of the file is a URI" "$(printf %s "1_$text.sql" | jq -sRr @uri)" \
        "$(jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' "$reports/report.sarif")"
    [[ $encoding == SQL_ASCII ]] || is "$encoding: columns are characters" 16 \
        "$(jq -r '.runs[0].results[0].locations[0].physicalLocation.region.endColumn' "$reports/report.sarif")"
done

echo '# thousands'
database many
sql 'CREATE TABLE t (id int)' "SELECT count(migrator.load(g::text, 'm', format('ALTER TABLE t ADD c%s int; CREATE TABLE t%s (a int)', g, g)))
     FROM generate_series(1, 1500) g" >/dev/null
check_all 'many'
like 'what is cut is said' 'Left out: .*migrations' "$(grep '^Shortened to' "$reports/report.markdown")"
is 'JSON has all' '1500 3000' "$(jq -r '"\(.migrations | length) \([.migrations[].statements[]] | length)"' "$reports/report.json")"

echo '# the recipe of docs/ci.md'
recipe=$(block sh report.sarif)
database app
sql 'CREATE ROLE deployer LOGIN' 'GRANT USAGE ON SCHEMA migrator TO deployer' 'GRANT CREATE ON SCHEMA public TO deployer' \
    'GRANT EXECUTE ON FUNCTION migrator.load_tar, migrator.reports TO deployer'
export REHEARSE=yes
shell() {
    code=0
    output=$(cd "$files" && sh -c "$recipe" 2>&1) || code=$?
    cp "$files"/report.* "$reports/"
}
printf '%s\n' 'CREATE TABLE orders (id bigint PRIMARY KEY);' >"$files/migrations/1_orders.sql"
echo 'notes' >"$files/migrations/README.md"
shell
is 'exits 0' 0 "$code"
like 'says which files are none' '^ignored README\.md: ' "$output"
like 'the comment' '^### Migrations: 1 pending, 1 statement' "$(head -1 "$reports/report.md")"
is 'GitHub takes the SARIF' '' "$(schema_errors "$reports/report.sarif")$(github_errors "$reports/report.sarif")"
is 'nothing stays: no table, no migration, no history' '|0|0' \
    "$(sql "SELECT to_regclass('orders'), (SELECT count(*) FROM migrator.migration), (SELECT count(*) FROM migrator.history)")"
printf '%s\n' '-- two of them' 'CREATE TABLE lines ();' 'ALTER TABLE lines ADD total no_such_type;' >"$files/migrations/2_lines.sql"
shell
is 'a statement that fails: does not exit 0' 1 "$((code != 0))"
is 'it is on its line of its file' 'error migrations/2_lines.sql 3' \
    "$(jq -r '.runs[0].results[] | select(.ruleId == "rehearsal-error") | "\(.level) \(.locations[0].physicalLocation |
        "\(.artifactLocation.uri) \(.region.startLine)")"' "$reports/report.sarif")"
like 'and in the comment' 'The rehearsal fails.*`migrations/2_lines.sql` line 3, statement 2: `type "no_such_type" does not exist`' \
    "$(<"$reports/report.md")"
is 'nothing stays' 0 "$(sql 'SELECT count(*) FROM migrator.migration')"
checked
