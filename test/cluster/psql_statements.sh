#!/usr/bin/env bash
# What psql takes for a statement is what the extension runs as one: the regression scripts of the server's own source,
# read by psql's lexer and by load_file() and plan(). The source comes from the distribution's source package.
set -euo pipefail
. test/cluster/checks.bash

pg_config=${PG_CONFIG:-pg_config}
major=$("$pg_config" --version | sed -E 's/^PostgreSQL ([0-9]+).*/\1/')
least=200

skip() {
    echo "skipped: $*"
    checked
    exit 0
}

library=$("$pg_config" --pkglibdir)
[[ -e $library/libpgfeutils.a ]] || skip "this server comes without psql's lexer, libpgfeutils.a"
source=$(scripts/server-source "$major") && [[ -d $source/src ]] || skip "the source of PostgreSQL $major cannot be had from apt"

server statements
database app
split=$CLUSTER_HOME/statements/split
gcc -O1 -Wall -Werror -I"$("$pg_config" --includedir-server)" -I"$("$pg_config" --pkgincludedir)/internal" \
    -I"$("$pg_config" --includedir)" test/psql/split.c -o "$split" \
    -L"$library" -L"$("$pg_config" --libdir)" -lpgfeutils -lpgcommon -lpgport -lpq

mapfile -t scripts < <(find "$source" -path '*/sql/*.sql' | sort)
said=$(/usr/bin/python3 -B test/psql/compare.py "$split" "${scripts[@]}") || true
echo "$said" | sed "s|$source/||"
is 'every statement is that of psql' '0 differ' "$(sed -nE 's/.*compared, ([0-9]+ differ).*/\1/p' <<<"$said")"
compared=$(sed -nE 's/^([0-9]+) files with [0-9]+ statements compared.*/\1/p' <<<"$said")
enough=no
((${compared:-0} < least)) || enough=yes
is "at least $least scripts were compared" yes "$enough"
checked
