#!/usr/bin/env bash
# META.json is what PGXN takes, all places agree on the version, and the distribution builds by itself.
set -euo pipefail
. test/cluster/checks.bash

meta() { jq -r "$1" META.json; }
problems() { # problems JSON: where the schema is broken, or nothing
    python3 -c '
import json, sys, jsonschema
schema = json.load(open("test/pgxn_meta.schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
for error in jsonschema.Draft202012Validator(schema).iter_errors(json.load(sys.stdin)):
    print("/".join(map(str, error.absolute_path)) or ".")' <<<"$1"
}
broken() { problems "$(jq "$1" META.json)"; } # broken FILTER

echo '# META.json'
is 'is valid' '' "$(problems "$(cat META.json)")"
is 'without a license it would not be' . "$(broken 'del(.license)')"
is 'nor with a license that PGXN does not know' license "$(broken '.license = "GPL"')"
is 'nor with a version of two numbers' version "$(broken '.version = "1.1"')"
is 'nor with an extension that has no file' provides/migrator "$(broken 'del(.provides.migrator.file)')"
is 'nor with a key of its own' . "$(broken '.author = "me"')"

echo '# versions'
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" migrator.control)
heading=$(sed -n 's/^## //p' CHANGELOG.md | head -n 1)
package=$(head -n 1 debian/changelog)
is 'META.json: the distribution' "$version.0" "$(meta .version)"
is 'META.json: the extension' "$version.0" "$(meta .provides.migrator.version)"
is 'META.json: its file' "sql/migrator--$version.sql" "$(meta .provides.migrator.file)"
is 'CHANGELOG.md' "$version" "${heading%% *}"
is 'debian/changelog' "postgresql-migrator ($version.0)" "${package% *; *}"
released=$([[ $heading == *unreleased* ]] && echo no || echo yes)
is 'debian/changelog knows whether it is released' "$released" "$([[ $package == *UNRELEASED* ]] && echo no || echo yes)"
is 'so does META.json' "$released" "$([[ $(meta .release_status) == stable ]] && echo yes || echo no)"
is 'each release before has its install script' '' \
    "$(sed -n '2,$s/^## \([0-9.]*\).*/\1/p' <(grep '^## ' CHANGELOG.md) |
        while read -r old; do [[ -e sql/migrator--$old.sql ]] || echo "$old"; done)"
is 'the server that is required is the oldest that the package is made for' \
    "$(meta '.prereqs.runtime.requires.PostgreSQL' | cut -d. -f1)+" "$(cat debian/pgversions)"

echo '# debian'
is 'control is what control.in says, for the server of Debian 12' "$(sed 's/PGVERSION/15/g' debian/control.in)" "$(cat debian/control)"
words() { tr -s ' \n' '\n\n' | grep -v '^\.\?$'; }
is 'copyright has the license word for word' "$(tail -n +5 LICENSE | words)" \
    "$(sed '1,/^License: PostgreSQL$/d' debian/copyright | sed '1,/^License: PostgreSQL$/d' | words)"

echo '# the distribution'
if [[ ! -e .git ]]; then
    echo 'left out: it is made from what git has, and this tree has no git repository'
    checked
    exit
fi
zip=$(scripts/dist)
is 'is named as PGXN wants' "build/migrator-$(meta .version).zip" "$zip"
top=$(basename "$zip" .zip)
tree=$(mktemp -d)
unzip -q "$zip" -d "$tree"
is 'has one directory, named so too' "$top" "$(ls "$tree")"
has() { [[ -e $tree/$top/$1 ]] && echo yes || echo no; }
for file in META.json "$(meta .provides.migrator.file)" "$(meta .provides.migrator.docfile)" LICENSE Makefile migrator.control; do
    is "has $file" yes "$(has "$file")"
done
is 'has no packaging for Debian' no "$(has debian)"
if [[ -z $(git status --porcelain) ]]; then
    is 'its install script is the one that was built here' '' \
        "$(diff "sql/migrator--$version.sql" "$tree/$top/sql/migrator--$version.sql" 2>&1)"
fi
# No git, no optimizing, and no precompiled headers, which would hide that a file does not include what it
# needs: whether all is there that it takes to build.
plain=(GIT_DIR=/nowhere COPT='-O0 -g0' PRECOMPILED=)
code=0
(cd "$tree/$top" && "${MAKE:-make}" -s -j"$(nproc)" "${plain[@]}" all &&
    "${MAKE:-make}" -s "${plain[@]}" install DESTDIR="$tree/root") || code=$?
is 'builds and installs' 0 "$code"
is 'the library, the control file, the scripts, the client, and nothing of the tests' \
    "$({ ls sql/migrator--*.sql && echo migrator && echo migrator.control && echo migrator.so; } | sed 's,.*/,,' | sort | xargs)" \
    "$(find "$tree/root" -type f -printf '%f\n' | sort | xargs)"
is 'the client is a program, beside psql' "$("${PG_CONFIG:-pg_config}" --bindir)/migrator" \
    "$(find "$tree/root" -name migrator -type f -perm -a+x | sed "s,^$tree/root,,")"
rm -rf "$tree"
checked
