#!/usr/bin/env bash
# README.md and docs/*.md: README is short, links lead somewhere, and a test has run every block. The suites note in
# $BLOCKS_TAKEN which blocks they have taken; without it, or when some suites did not run, that is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. test/cluster/pages.bash
trap 'rm -f "${blocks_of_suite:-}"' EXIT
found=0
finding() {
    found=$((found + 1))
    printf '%s\n' "$1"
}

# README is what a newcomer reads to the end.
lines=$(wc -l <README.md)
((lines <= 200)) || finding "README.md has $lines lines; 200 are enough, and docs has the rest"
while IFS= read -r place; do
    finding "$place"
done < <(LC_ALL=C.UTF-8 awk 'length > 120 { print "README.md:" FNR ": " length " columns; 120 are enough" }' README.md)

# A heading's anchor is GitHub's: lower case, punctuation left out, blanks as hyphens.
anchors() {
    awk '/^```/ { inside = !inside } !inside && /^##* /' "$1" | sed -E 's/^#+ //; s/[^A-Za-z0-9_ -]//g' | tr 'A-Z ' 'a-z-'
}
links=0
while IFS=: read -r page line link; do
    links=$((links + 1))
    file=${link%%#*}
    target=$page
    [[ -z $file ]] || target=$(dirname "$page")/$file
    if [[ ! -e $target ]]; then
        finding "$page:$line: there is no $file"
    elif [[ $link == *#* ]] && ! anchors "$target" | grep -qxF -- "${link#*#}"; then
        finding "$page:$line: $target has no heading #${link#*#}"
    fi
done < <(grep -noE '\]\([^) ]+\)' "${pages[@]}" CONTRIBUTING.md CHANGELOG.md | sed -E 's/\]\(([^)]*)\)/\1/' | grep -v ':https*://')

# Each page can be found from README.
for page in docs/*.md; do
    grep -q "(${page}[)#]" README.md || finding "README.md has no link to $page"
done

blocks=
if [[ -n ${BLOCKS_TAKEN:-} ]]; then
    # A picture is no block to run.
    while IFS= read -r place; do
        finding "$place: no test runs this block"
    done < <(untested "${pages[@]}" | grep -v ': ```text$')
    blocks=" $(sort -u "$BLOCKS_TAKEN" | wc -l) blocks,"
fi
((found == 0)) || exit 1
echo "$(echo "${pages[@]}" | wc -w) pages,$blocks $links links checked: in order"
