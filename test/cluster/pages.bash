# shellcheck shell=bash
# The blocks of README.md and docs/*.md as tests. Sourced by checks.bash:
#
#   block KIND WORDS [PAGE]        the fenced block of that kind (sql, sh, ..) that has the words; it counts as tested
#   shows WHAT KIND WORDS [PAGE]   check that a session prints what the block shows: console, or without a kind psql
#   masked <TEXT                   with what is different each time, such as times, made equal, and folded lines unfolded
#   untested PAGE..                the place of each block that no test has taken
#
# A block that is there twice with the same text is one. In $here, commands run, and it stands for the /srv/app of a page.
# What has been taken is noted in $BLOCKS_TAKEN, if it is set, so that test/documents_check.sh can say which blocks no suite runs.
pages=(README.md docs/*.md)
here=.
client_path=$PWD/bin
[[ -n ${BLOCKS_TAKEN:-} ]] || blocks_of_suite=$(mktemp)
blocks_taken=${BLOCKS_TAKEN:-$blocks_of_suite}

block() {
    local words=$2
    awk -v begin="\`\`\`$1" -v words="${words//\\/\\\\}" -v taken="$blocks_taken" '
        FNR == 1            { inside = 0 }
        inside && /^```$/   { inside = 0; if (wanted && index(text, words)) { places = places place "\n"; texts[text] }; next }
        inside              { text = text $0 "\n" }
        !inside && /^```/   { inside = 1; wanted = $0 == begin; text = ""; place = FILENAME ":" FNR }
        END {
            for (text in texts) count++
            if (count != 1) { print count + 0 " blocks have: " words >"/dev/stderr"; exit 1 }
            printf "%s", places >>taken
            printf "%s", text
        }' "${3:-${pages[@]}}" || exit
}

untested() {
    awk 'FNR == 1          { inside = 0 }
         inside && /^```$/ { inside = 0; next }
         !inside && /^```/ { inside = 1; print FILENAME ":" FNR ": " $0 }' "$@" |
        grep -vFf <(sort -u "$blocks_taken" | sed 's/$/: /') || true
}

# What follows a prompt, each with what it prints.
in_psql() { # in_psql [PSQL_ARGUMENT..]
    sed -nE "/^[a-z]+=# /{h; s/'/''/g; s/\\\\/\\\\\\\\/g; s/^(.*)$/\\\\echo '\\1'/p; g; s/^[a-z]+=# //; s,/srv/app,$here,; p}" |
        (cd "$here" && env -u PGOPTIONS stdbuf -oL psql -X -P footer=off "$@" 2>&1)
}
in_shell() {
    local command
    while read -r command; do
        echo "\$ $command"
        (cd "$here" && env -u PGOPTIONS PATH="$client_path:$PATH" sh -c "$command" </dev/null 2>&1) || true
    done < <(sed -n 's/^\$ //p')
}

masked() {
    sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\.[0-9]+)?\+00/TIME/g; s/\b[0-9]{14}\b/VERSION/g; s/\b[0-9]{14}_/VERSION_/g
        s/process [0-9]+/process PID/g; s/open for [0-9:]{8}/open for TIME/g; s/[0-9]+(\.[0-9]+)? ms/N ms/g
        s/\| +[0-9]+\.[0-9]+ ( *$|\|)/| N \1/g; /^-\[ RECORD|^[-+]+$/s/-+/-/g' |
        sed -E ':all; N; $!b all; s/\n {9}/ /g; s/ +/ /g; s/ ?(\n|$)/\1/g; s/\n+/\n/g'
}

shows() {
    local block
    block=$(block "${@:2}")
    case $2 in
    '') is "$1" "$(masked <<<"$block")" "$(in_psql <<<"$block" | masked)" ;;
    console) is "$1" "$(masked <<<"$block")" "$(in_shell <<<"$block" | masked)" ;;
    esac
}
