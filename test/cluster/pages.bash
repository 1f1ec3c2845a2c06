# shellcheck shell=bash
# The blocks of README.md and docs/*.md as tests. Sourced by checks.bash:
#
#   block KIND WORDS [PAGE]    the fenced block of that kind (sql, sh, ..) that has the words; it counts as tested
#   shows WHAT WORDS [PAGE]    check that a session of psql, a block without a kind, prints what it shows
#   masked <TEXT               with what is different each time, such as times, made equal
#   untested PAGE..            the place of each block that no test has taken
#
# A block that is there twice with the same text is one. What has been taken is noted in $BLOCKS_TAKEN, if it is set, so
# that test/pages_check.sh can say which blocks no suite has run.
pages=(README.md docs/*.md)
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

# The statements of a session, each with what it prints. Those lines are statements that begin with the prompt.
replayed() {
    sed -nE "/^[a-z]+[=(-]# /{h; s/'/''/g; s/\\\\/\\\\\\\\/g; s/^(.*)$/\\\\echo '\\1'/p; g; s/^[a-z]+[=(-]# //p}" |
        env -u PGOPTIONS stdbuf -oL psql -X -P footer=off 2>&1
}

masked() {
    sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\.[0-9]+)?\+00/TIME/g; s/process [0-9]+/process PID/g
        s/[0-9]+(\.[0-9]+)? ms/N ms/g; s/([| ])[0-9]+\.[0-9]+( *$| *\|)/\1N\2/g
        /^-\[ RECORD|^[-+]+$/s/-+/-/g; s/ +/ /g; s/ $//; /^$/d'
}

shows() {
    local block
    block=$(block '' "${@:2}")
    is "$1" "$(masked <<<"$block")" "$(replayed <<<"$block" | masked)"
}
