#!/usr/bin/env bash
# report('html') in a real browser: every section is there, nothing is loaded or run whatever names, bodies, errors and
# reasons there are, and a phone need not scroll sideways. Leaves pictures in build/report.
set -euo pipefail
. test/cluster/checks.bash

browser=$(command -v chromium || command -v chromium-browser || true)
if [[ -z $browser ]]; then
    left_out 'report() in a browser' 'there is no chromium'
    checked
    exit
fi
server report_browser
page=$CLUSTER_HOME/report_browser/page.html
profile=$CLUSTER_HOME/report_browser/browser
mkdir "$profile"
pictures=build/report
mkdir -p "$pictures"

browse() { # browse [OPTION..] FILE: its document as the browser sees it; what it complains of into $profile/complaints
    # No sandbox of its own: that takes user namespaces, which many a container denies, and root may not have one at all.
    "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$profile/profile" \
        --enable-logging=stderr --window-size=390,2000 "${@:1:$#-1}" "file://${*: -1}" 2>"$profile/log"
    grep -o 'CONSOLE.*' "$profile/log" >"$profile/complaints" || true
}
document() { browse --dump-dom "$1"; }
complaints() { cat "$profile/complaints"; }
picture() { # picture NAME [OPTION..]
    local name=$1
    shift
    browse "$@" --screenshot="$PWD/$pictures/$name.png" "$page" >/dev/null
    [[ $(head -c 4 "$pictures/$name.png" | tail -c 3) == PNG ]] && echo yes
}
report() { psql -X -A -t -q -v ON_ERROR_STOP=1 -o "$page" -c "SELECT migrator.report('html'$1)"; }
widest() { # how wide it gets, and the window: a script has to measure that, which the policy of the file refuses
    sed -e 's/default-src .none.;[^"]*/default-src * *data: blob: filesystem: '"'unsafe-inline'"'/' \
        -e 's|</body>|<script>document.title = document.documentElement.scrollWidth <= document.documentElement.clientWidth ? "fits" : "too wide"</script></body>|' \
        "$page" >"$profile/measured.html"
    document "$profile/measured.html" | sed -n 's|^<title>\(.*\)</title>.*|\1|p'
}
sections() { grep -oE '<section id="[a-z-]+"' "$1" | cut -d'"' -f2 | paste -sd' '; }

echo '# what it shows'
database shop
sql 'CREATE TABLE orders AS SELECT g AS id, g % 7 AS price, now() AS created_at FROM generate_series(1, 50000) g' \
    'CREATE TABLE customers (id int PRIMARY KEY, email text, note text)' 'CREATE VIEW ids AS SELECT id FROM orders' ANALYZE \
    "SELECT migrator.load('1', 'index', 'CREATE INDEX CONCURRENTLY orders_created ON orders (created_at)', 'DROP INDEX orders_created'),
            migrator.load('2', 'widen', 'ALTER TABLE orders ALTER price TYPE bigint; CREATE INDEX ON orders (price)'),
            migrator.load('3', 'drops', E'-- migrator: allow=drop-column nobody reads it\nALTER TABLE customers DROP COLUMN note;\nDROP VIEW ids', 'SELECT 1'),
            migrator.load('4', 'default_a', 'ALTER TABLE customers ALTER email SET DEFAULT ''a''', 'SELECT 1'),
            migrator.load('5', 'default_b', 'ALTER TABLE customers ALTER email SET DEFAULT ''b''', 'SELECT 1'),
            migrator.load('6', 'fails', 'UPDATE orders SET prise = 0', 'SELECT 1')" >/dev/null
report ''
document "$page" >"$profile/dom.html"
is 'nothing to complain of' '' "$(complaints)"
is 'the sections, in order' \
    'fails conflicts removes reads-wait rewritten scanned irreversible allowed rehearsed plan-token timeline objects sizes hazards' \
    "$(sections "$profile/dom.html")"
is 'conflicts are drawn in red' 1 "$(($(grep -c '<path class="conflict"' "$profile/dom.html") >= 2))"
like 'a bar for a lock' 'reads and writes wait .*AccessExclusiveLock' "$(grep 'AccessExclusiveLock' "$profile/dom.html" | head -1)"
is 'which is not there for CONCURRENTLY' 0 "$(grep -c '>writes wait' "$profile/dom.html" || true)"
is 'the SQL is folded' 0 "$(grep -c '<details open' "$profile/dom.html" || true)"
is 'the style sheet is the one that the policy allows' yes "$(picture phone)"
is 'in the dark' yes "$(picture dark --force-dark-mode --blink-settings=preferredColorScheme=0)"
is 'on a desk' yes "$(picture desk --window-size=1200,2000)"
is 'it fits a phone' fits "$(widest)"
browse --print-to-pdf="$profile/print.pdf" "$page" >/dev/null
is 'it can be printed' '%PDF' "$(head -c 4 "$profile/print.pdf")"

echo '# the checks see what is wrong'
sed 's|</body>|<script>document.title = "ran"</script><img src="https://example.com/x.png"></body>|' "$page" >"$profile/bad.html"
document "$profile/bad.html" >"$profile/dom.html"
is 'the policy refuses a script' 0 "$(grep -c '<title>ran' "$profile/dom.html" || true)"
like 'and the browser complains' 'Content Security Policy' "$(complaints)"
cp "$page" "$profile/good.html"
sed -i 's|</h1>|</h1><pre><code style="white-space: pre">'"$(printf 'x%.0s' {1..500})"'</code></pre><svg width="2000"><rect/></svg><table><tr><td><pre>'"$(printf '%s' '<b>long</b>')"'</pre></td></tr></table><p class="w">'"$(printf 'y%.0s' {1..9})"'</p>|; s|svg { display: block; width: 100%; }|svg { display: block; min-width: 2000px; }|' "$page"
is 'what is too wide is found' 'too wide' "$(widest)"
cp "$profile/good.html" "$page"

echo '# hostile texts'
database hostile
psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
SELECT E'</script></style><script>document.title="ran"</script>"''><img src=x onerror=document.title="ran">' AS evil,
       E'\u202Egnp.exe\u2066\u200F אבג <svg onload=document.title="ran">&#x3c;b>`${1}' AS odd, E'\x01\x1b\x7f' AS controls \gset
SELECT left(:'evil', 60) AS name, left(:'odd', 60) AS other \gset
CREATE TABLE :"name" (:"other" int);
CREATE SCHEMA :"other";
CREATE TABLE :"other".:"name" (id int);
SELECT migrator.load('1', :'evil', format(E'-- migrator: allow=drop-column %s %s\nALTER TABLE %I DROP COLUMN %I', replace(:'evil', E'\n', ' '), :'odd', :'name', :'other'));
SELECT migrator.load('2', :'odd', format('ALTER TABLE %I.%I ALTER id SET DEFAULT 1; COMMENT ON TABLE %1$I.%2$I IS %3$L', :'other', :'name', :'evil' || :'odd' || :'controls'));
SELECT migrator.load('3', 'again', format('ALTER TABLE %I.%I ALTER id SET DEFAULT 2', :'other', :'name'));
SELECT migrator.load('4', 'raise', format('DO $body$ BEGIN RAISE EXCEPTION USING MESSAGE = %L; END $body$', :'evil' || :'odd' || :'controls'));
SQL
report ", source_root => '\"><script>document.title=\"ran\"</script>'"
document "$page" >"$profile/dom.html"
is 'nothing to complain of' '' "$(complaints)"
is 'no element of theirs' '' "$(grep -oE '<(script|img|b>|svg onload)' "$profile/dom.html" | grep -v '^<b>$' | sort -u || true)"
is 'nothing has run' '<title>Migrations</title>' "$(grep -o '<title>.*</title>' "$profile/dom.html" | head -1)"
is 'nothing turns the line around' 0 "$(grep -cP '[\x{202A}-\x{202E}\x{2066}-\x{2069}\x{200B}-\x{200F}]' "$profile/dom.html" || true)"
is 'the file is ASCII, whatever it is saved as' 0 "$(LC_ALL=C grep -cP '[^\t\n\x20-\x7e]' "$page" || true)"
is 'the sections are there' 'fails conflicts removes' "$(sections "$profile/dom.html" | cut -d' ' -f1-3)"
is 'it fits a phone' fits "$(widest)"
is 'a picture' yes "$(picture hostile)"

echo '# bytes of no encoding'
database bytes --encoding SQL_ASCII --locale C --template template0
PGCLIENTENCODING=SQL_ASCII sql "SELECT migrator.load('1', E'a\\xff\\xc3', E'SELECT ''\\xe2\\x82'' AS \"\\xed\\xa0\\x80\"')" >/dev/null
PGCLIENTENCODING=SQL_ASCII report ''
document "$page" >"$profile/dom.html"
is 'nothing to complain of' '' "$(complaints)"
like 'they are shown' '\\xFF\\xC3' "$(<"$profile/dom.html")"

echo '# nothing is pending'
sql "SELECT migrator.unload('1')" >/dev/null
report ''
document "$page" >"$profile/dom.html"
is 'nothing to complain of' '' "$(complaints)"
like 'said' 'nothing is pending' "$(<"$profile/dom.html")"
checked
