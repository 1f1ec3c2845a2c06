#!/usr/bin/env bash
# Files in the encoding of the database, whichever that is; and what the database cannot hold is refused.
set -euo pipefail
. test/cluster/checks.bash

server texts
for encoding in UTF8 LATIN1 EUC_JP SQL_ASCII; do
    database "${encoding,,}" --encoding="$encoding" --template=template0
done
files texts
mark='\xEF\xBB\xBF' # byte order mark

in_encoding() { # in_encoding ENCODING TEXT: its bytes; not every system has an iconv that can make them
    printf '%b\n' "$(PGDATABASE=utf8 psql -X -q -A -t -v text="$2" -v encoding="$1" \
        <<<"SELECT regexp_replace(encode(convert_to(:'text', :'encoding'), 'hex'), '..', '\\x\\&', 'g')")"
}

use() { # use DATABASE: with nothing loaded, and an empty directory
    export PGDATABASE=$1
    rm -rf "${files:?}"/*
    sql 'DROP EXTENSION migrator; CREATE EXTENSION migrator'
}

nothing_stored() { is "$1: nothing was stored" 0 "$(sql 'SELECT count(*) FROM migrator.migration')"; }

echo '# a word comes back from a comment, identifiers, a dollar quote and its tag, a literal'
round_trip() { # round_trip DATABASE ENCODING MARK WORD
    local word=$4 table="${4}_t"
    use "$1"
    {
        printf '%b' "$3"
        in_encoding "$2" "$(printf '%s\n' "-- $word" '-- UP' "CREATE TABLE $table (\"$word\" text, b text); -- $word" \
            "COMMENT ON TABLE $table IS '$word';" "/* $word */" \
            "INSERT INTO $table VALUES (\$$word\$$word\$$word\$, '$word');" '-- DOWN' "DROP TABLE $table; -- $word")"
    } >"$files/1_word.sql"
    is "$1: load_dir()" '1|word|added' "$(sql "SELECT version, name, action FROM migrator.load_dir('$files')")"
    is "$1: apply()" '1|applied' "$(sql 'SELECT version, status FROM migrator.apply()')"
    is "$1: $word, $2${3:+ with a byte order mark}" "$word|$word|$word|$word|t" \
        "$(sql "SELECT \"$word\", b, obj_description(attrelid), attname, up LIKE '%/* ' || b || ' */%'
                FROM \"$table\", pg_attribute, migrator.history
                WHERE attrelid = '\"$table\"'::regclass AND attnum = 1")"
    is "$1: rollback()" '1|rolled_back' "$(sql 'SELECT version, status FROM migrator.rollback()')"
}
# à is C3 A0 and Å is C3 85 in UTF-8: blanks for who reads bytes as LATIN1, where a no-break space is A0.
round_trip utf8 UTF8 '' 'Åà'
round_trip utf8 UTF8 '' '表'
round_trip utf8 UTF8 "$mark" '😀…à'
round_trip latin1 LATIN1 '' 'Åéà'
round_trip latin1 LATIN1 '' $'\xC2\xA0x\xC2\xA0'
round_trip latin1 UTF8 "$mark" 'Åéà'
round_trip euc_jp EUC_JP '' '日本表' # two bytes each
round_trip euc_jp EUC_JP '' 'ｱ丂'   # 8E B1, 8F B0 A1
round_trip euc_jp UTF8 "$mark" '日本ｱ丂'
round_trip sql_ascii UTF8 '' 'Åà表'
round_trip sql_ascii UTF8 "$mark" 'Åà表'

echo '# SQL_ASCII takes bytes as they are: the second one of this character in SJIS is a backslash'
use sql_ascii
export PGCLIENTENCODING=SQL_ASCII
word=$(in_encoding SJIS '表')
printf '%s\n' '-- UP' "-- $word" "CREATE TABLE sjis (\"$word\" text DEFAULT '$word');" \
    "/* $word */ INSERT INTO sjis DEFAULT VALUES;" >"$files/1_sjis.sql"
is 'it is loaded and applied' $'added\napplied' \
    "$(sql "SELECT action FROM migrator.load_dir('$files')" 'SELECT status FROM migrator.apply()')"
is 'it comes back as it was' "955c" \
    "$(sql "SELECT encode(replace(\"$word\", '\\', '\\\\')::bytea, 'hex') FROM sjis")"
export PGCLIENTENCODING=UTF8

echo '# what the database cannot hold is refused, with the file that was good before it'
refused() { # refused DATABASE BYTES SQLSTATE WORDS
    use "$1"
    echo 'SELECT 1;' >"$files/1_good.sql"
    printf '%b' "$2" >"$files/2_bad.sql"
    like "$1: $2" "^ERROR:  $3: 2_bad\.sql.*$4" "$(error_of "SELECT * FROM migrator.load_dir('$files')")"
    nothing_stored "$1"
}
refused latin1 "$mark-- UP\nSELECT '€';" 22P05 'no equivalent in encoding "LATIN1"'
refused euc_jp "$mark-- UP\nSELECT '😀';" 22P05 'no equivalent in encoding "EUC_JP"'
refused latin1 "$mark-- UP\nSELECT '\xE4';" 22021 'line 2.*"UTF8": 0xe4'
refused utf8 "-- UP\nSELECT 1;\n-- \xE4" 22021 'line 3.*"UTF8": 0xe4'
refused utf8 "-- UP\nSELECT '\xE8\xA1" 22021 'line 2.*"UTF8": 0xe8'
refused utf8 'S\x00E\x00L\x00' 22021 'line 1.*0x00'
refused utf8 '\xFF\xFES\x00E\x00' 22021 'line 1.*0xff'
refused euc_jp "-- UP\n-- \xA5\nSELECT 1;" 22021 'line 2.*"EUC_JP": 0xa5'
refused euc_jp "-- UP\nSELECT '表';" 22021 'line 2.*"EUC_JP"'
refused sql_ascii "-- UP\nSELECT '\xE4'; \x00" 22021 'line 2.*0x00'

echo '# columns count characters'
column() { # column DATABASE ENCODING MARK TEXT COLUMN
    use "$1"
    { printf '%b' "$3" && in_encoding "$2" $'-- UP\n\n'"$4"; } >"$files/1_x.sql"
    like "$1: $4" "1_x\.sql, line 3, column $5[^0-9]" "$(error_of "SELECT * FROM migrator.load_dir('$files')")"
    nothing_stored "$1"
}
column utf8 UTF8 '' "SELECT '日本', FROM x" 14
column utf8 UTF8 '' "/* à表 */ \\i x.sql" 10
column utf8 UTF8 '' "SELECT 日本, 'open" 12
column latin1 LATIN1 '' "SELECT 'éà', FROM x" 14
column latin1 UTF8 "$mark" "SELECT 'éà', FROM x" 14
column euc_jp EUC_JP '' "SELECT '日本', FROM x" 14
column euc_jp EUC_JP '' "/* ｱ丂 */ \\i x.sql" 10
column euc_jp UTF8 "$mark" "SELECT 'ｱ丂', FROM x" 14
column sql_ascii UTF8 '' "SELECT '日本', FROM x" 18 # which knows bytes only

echo '# names of files'
use euc_jp
in_encoding EUC_JP 'SELECT 1;' >"$files/1_$(in_encoding EUC_JP '表').sql"
echo 'SELECT 2;' >"$files/2_日.sql"
is 'one in the encoding of the database is taken, another is shown in hexadecimal' \
    $'1|表|added|1_表.sql|\n||ignored|2_\\xe6\\x97\\xa5.sql|the name has control characters, or is not valid in the encoding of the database' \
    "$(sql "SELECT version, name, action, source, reason FROM migrator.load_dir('$files')")"

echo '# load_file() takes a file in the encoding of the client'
loop=$(cat <<'END'
for f in migrations/*.sql; do
    printf "\\\\set content \`cat '%s'\`\nSELECT action FROM migrator.load_file('%s', :'content');\n" "$f" "$f"
done | psql -X -1 -v ON_ERROR_STOP=1 -d app
END
)
client() { # client DATABASE ENCODING
    (cd "$files/client" && PGCLIENTENCODING=$2 bash -euo pipefail -c "${loop/-d app/-d $1}" 2>&1)
}
send() { # send DATABASE ENCODING WORD
    use "$1"
    mkdir -p "$files/client/migrations"
    in_encoding "$2" "CREATE TABLE client AS SELECT text '$3' AS a; -- $3" >"$files/client/migrations/1_x.sql"
    like "$1: $2, load_file()" 'added' "$(client "$1" "$2")"
    is "$1: $2, $3" "$3" \
        "$(sql 'DROP TABLE IF EXISTS client' 'SELECT FROM migrator.apply()' 'SELECT a FROM client' | tail -n 1)"
}
send utf8 LATIN1 'Åéà'
send utf8 SJIS '表'
send utf8 EUC_JP 'ｱ丂'
send euc_jp SJIS '表'
send euc_jp UTF8 'ｱ丂'
send latin1 UTF8 'Åéà'
use latin1
mkdir -p "$files/client/migrations"
echo "SELECT '表'" >"$files/client/migrations/1_x.sql"
like 'latin1: what it cannot hold is refused' 'has no equivalent in encoding "LATIN1"' "$(client latin1 UTF8 || true)"
nothing_stored latin1
checked
