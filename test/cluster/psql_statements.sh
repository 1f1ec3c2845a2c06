#!/usr/bin/env bash
# What psql takes for a statement is what the extension runs as one: the regression scripts of the server's own source,
# read by psql's lexer and by load_file() and plan(). The source comes from the distribution's source package, through
# apt directories of this test's own.
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

# Prints the directory of the server's source. Kept in build/source: it is 24 MB to fetch.
source_of_server() {
    local place=$PWD/build/source codename
    if ! compgen -G "$place/postgresql-$major.*/src" >/dev/null; then
        codename=$(. /etc/os-release && echo "${VERSION_CODENAME:?}")
        rm -rf "$place"
        mkdir -p "$place/apt/lists/partial" "$place/apt/cache/archives/partial"
        printf 'Types: deb-src\nURIs: http://deb.debian.org/debian\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
            "$codename" /usr/share/keyrings/debian-archive-keyring.gpg >"$place/apt/source.sources"
        local apt=(apt-get -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root -o "Dir::Etc::sourcelist=$place/apt/source.sources"
            -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$place/apt/lists" -o "Dir::Cache=$place/apt/cache")
        "${apt[@]}" update >&2 && (cd "$place" && "${apt[@]}" source --download-only "postgresql-$major" >&2) || return 1
        tar -C "$place" --no-same-owner -xf "$place"/postgresql-"$major"_*.orig.tar.* || return 1
    fi
    compgen -G "$place/postgresql-$major.*" | sed -n 1p
}

library=$("$pg_config" --pkglibdir)
[[ -e $library/libpgfeutils.a ]] || skip "this server comes without psql's lexer, libpgfeutils.a"
source=$(source_of_server) && [[ -d $source/src ]] || skip "the source of PostgreSQL $major cannot be had from apt"

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
