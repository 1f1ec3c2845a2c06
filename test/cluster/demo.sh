#!/usr/bin/env bash
# make demo: it shows what it says that it shows, on a terminal of 120 columns, and can be looked around in and repeated.
set -euo pipefail
. test/cluster/checks.bash
export DEMO_DIRECTORY=$CLUSTER_DIR/demo
run_make() { "${MAKE:-make}" --no-print-directory -s "$1" 2>&1; }
trap 'scripts/demo stop; leave' EXIT

demo() { # demo TITLE: make demo, and what it has shown in $shown
    echo "# $1"
    code=0
    output=$(run_make demo) || code=$?
    is 'exits 0' 0 "$code"
    shown=$(sed '1,/^Starting a private cluster/d; /^The cluster is still running/,$d' <<<"$output")
    ((code == 0)) || echo "$output"
}
shows() { # shows WHAT PATTERN: in a line after that of the check before
    local line
    line=$(sed "1,${last}d" <<<"$shown" | grep -nE -m 1 -- "$2" | cut -d: -f1 || true)
    is "$1" yes "${line:+yes}"
    last=$((last + ${line:-0}))
}

demo 'the demo'
last=0
shows 'load' '^ 1 +\| add_plan +\| added'
shows 'rehearse: a lock' '^ 1 +\| ALTER TABLE \| \{"public.users: AccessExclusiveLock"\} +\|'
shows 'a rewrite' '^ 2 +\| ALTER TABLE \|.*\| \{public.users\}'
shows 'lint: one warning' '^rule +\| alter-column-type'
shows 'apply' '^ 2 +\| widen_id \| applied'
shows 'an edit' '^ERROR:  migration 1 \(add_plan\) was changed after it was applied'
shows 'what is different' "^DETAIL: .*\"'free'\" is now \"'basic'\""
shows 'CONCURRENTLY fails' '^ERROR:  could not create unique index'
shows 'where' '^CONTEXT:  migration 3 \(unique\), file 3_unique\.sql line 1'
shows 'it is half done' '^ partial \| applied 0 of 1 statements'
shows 'it goes on' '^NOTICE:  migration 3 \(unique\) resumes at statement 1 of 1'
shows 'without the invalid index' 'was left invalid: it is dropped and built again'
shows 'to the end' '^NOTICE:  applied 3 unique'
shows 'a conflict' '4 renames what the other knows by its old name'
shows 'a rollback' '^ 3 +\| unique +\| rolled_back'
shows 'the status' '^ 2 +\| widen_id +\| applied'
shows 'of all' '^ 3 +\| unique +\| pending'
is 'only the two errors that it is about' 2 "$(grep -c '^ERROR:' <<<"$shown")"
is 'it is short' '' "$(sed -n '76,$p' <<<"$shown")"
is 'and narrow' '' "$(grep -E '.{121}' <<<"$shown" || true)"
is 'the command that it ends with looks around' 'applied|failed|applied|rolled_back' "$(
    eval "$(grep -o '/.*/psql .*' <<<"$output") -X -q -A -t -c \"SELECT string_agg(result, '|' ORDER BY id)
                                                              FROM migrator.history WHERE version >= '2'\"")"

what_is_shown() { grep -E '^(--|demo=#|[$]|ERROR|DETAIL)' <<<"$shown"; }
first=$(what_is_shown)
demo 'once more'
like 'it ends the first' '^The previous demo is stopped and removed\.' "$output"
is 'and shows the same' "$first" "$(what_is_shown)"

run_make demo-stop
is 'nothing is left' no "$([[ -e $DEMO_DIRECTORY ]] && echo yes || echo no)"
is 'and there is nothing to stop' '' "$(run_make demo-stop)"
checked
