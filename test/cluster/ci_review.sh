#!/usr/bin/env bash
# Reviews of docs/ci.md: with a rehearsal and without, their gates, two open branches, and what GitHub and GitLab would run.
set -euo pipefail
. test/cluster/checks.bash
. test/cluster/ci.bash

application reviewed
sql 'CREATE SEQUENCE counter' 'ALTER SEQUENCE counter OWNER TO app_owner'
review() { in_project env "${@:1}" ci/review.sh; } # review [NAME=VALUE..]
report() { echo "$(<"$project/report.md")"; }
hold() { # hold MODE: a session that has locked users, until let_go
    PGUSER=postgres PGAPPNAME=holder psql -X -q -c "BEGIN; LOCK TABLE users IN $1 MODE; SELECT pg_sleep(600)" >"$files/holder" 2>&1 &
    wait_for 'the lock' "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'holder' AND wait_event = 'PgSleep'"
}
let_go() {
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'" >/dev/null
    wait_for 'its end' "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'holder'"
}
stays() { # stays WHAT: nothing of a review
    is "$1: nothing stays" 'f|0|0' "$(sql "SELECT to_regclass('orders') IS NOT NULL, (SELECT count(*) FROM migrator.migration),
        (SELECT count(*) FROM migrator.history)")"
}
new 1_orders.sql <<<'CREATE TABLE orders (id bigint PRIMARY KEY);'
new 2_plan.sql <<<"ALTER TABLE users ADD plan text; SELECT nextval('counter');"
hold EXCLUSIVE # lets others read the table, and nothing else
review PGOPTIONS='-c lock_timeout=2s'
exits 'without a rehearsal, beside a lock' 0
like 'it says so' '^### Migrations: 2 pending, 3 statements, \*\*not rehearsed\*\*' "$(report)"
like 'and why' 'read-only transaction' "$(report)"
stays 'without a rehearsal'
is 'not even the sequence has gone on' f "$(sql 'SELECT is_called FROM counter')"
review REHEARSE=yes
exits 'with a rehearsal, beside a lock' 1 'This should not be merged:.*migrations/2_plan.sql line 1: The rehearsal fails here: canceling statement due to lock timeout'
let_go
sql 'CREATE VIEW emails AS SELECT email FROM users' 'ALTER VIEW emails OWNER TO app_owner'
new 3_view.sql <<<'ALTER VIEW emails RENAME TO mails;'
review
like 'a plan has a token' '^v1\.' "$(<"$project/plan-token.txt")"
hold 'ACCESS EXCLUSIVE'
review
exits 'a view of a table that somebody changes' 0
is 'which nobody waits for, so there is no token' '' "$(<"$project/plan-token.txt")"
let_go
remove 3_view.sql
sql 'DROP VIEW emails'
review REHEARSE=yes
exits 'with a rehearsal' 0
like 'it is in the report' '^### Migrations: 2 pending, 3 statements, no hazards' "$(report)"
is 'and in the SARIF' true "$(jq '.runs[0].invocations[0].executionSuccessful' "$project/report.sarif")"
stays 'with a rehearsal'
is 'but for the sequence, which has gone on' t "$(sql 'SELECT is_called FROM counter')"
new 3_fails.sql <<<$'SELECT 1;\nSELECT 1 / 0;'
review
exits 'nothing was run, so nothing has failed' 0
review REHEARSE=yes
exits 'a statement that fails' 1 'This should not be merged:.migrations/3_fails.sql line 2: The rehearsal fails here: division by zero \(SQLSTATE 22012\)'
like 'in the report too' '3_fails.sql. line 2, statement 2: .division by zero' "$(report)"
new 3_fails.sql <<<'ALTER TABLE users ADD must int NOT NULL;'
review
exits 'an error of lint()' 1 'This should not be merged:.migrations/3_fails.sql line 1: .*must'
new 3_fails.sql <<<'-- migrator: allow=alter-column-type it is small
ALTER TABLE users ALTER id TYPE numeric;'
gated() { # gated NAME=VALUE PATTERN
    review REHEARSE=yes "PGOPTIONS=-c migrator.${1}"
    exits "$1" 1 "This should not be merged:.*$2"
}
gated max_rewrite_size=100kB 'migrations/3_fails.sql line 2: The rehearsal fails here: .*rewrite.* public.users.*\(SQLSTATE MG011\)'
new 3_fails.sql <<<'ALTER TABLE users ADD slow int; SELECT pg_sleep(0.3);'
gated max_lock_hold=100ms 'migrations/3_fails.sql line 1: The rehearsal fails here: .*held a lock on public.users.*\(SQLSTATE MG012\)'
new 3_fails.sql <<<'SELECT pg_sleep(600);'
gated rehearse_timeout=200ms 'rehearse_timeout'
gated max_lock_hodl=100ms 'Not rehearsed: invalid configuration parameter name "migrator.max_lock_hodl"'
review PGOPTIONS='-c migrator.max_lock_hold=1q' REHEARSE=yes
exits 'a gate that is mistyped' 1 'Not rehearsed: invalid value for parameter "migrator.max_lock_hold": "1q"'
new 3_fails.sql <<<"ALTER TABLE users ALTER email SET DEFAULT 'a';"
new 4_also.sql <<<"ALTER TABLE users ALTER email SET DEFAULT 'b';"
review REHEARSE=yes
exits 'two that are in conflict' 1 'This should not be merged:.migrations/4_also.sql line 1: in conflict with 3 over column email of table public.users: both set the same'
review
exits 'which takes a rehearsal' 0
remove 3_fails.sql 4_also.sql
new add_budget.sql <<<'SELECT 1;'
review
exits 'a wrong name' 3 '1 \.sql file was left out.*add_budget.sql'
remove add_budget.sql
new README.md <<<'notes'
review
exits 'what is left out is said' 0 'ignored README.md: not a .sql file'
remove README.md
stays 'at the end'
rm "$project"/migrations/*
review
exits 'no file' 3 'no migration was found'

echo '# two open branches'
git() { command git -c user.name=test -c user.email=test@localhost -c init.defaultBranch=main -c advice.detachedHead=false "$@"; }
in_git() { (cd "$project" && git "$@" >/dev/null 2>&1); }
branch() { # branch NAME FILE <<<CONTENT: from main, with that file changed
    in_git checkout -B "$1" main
    new "$2"
    in_git add -A
    in_git commit -m "$1"
    in_git update-ref "refs/remotes/origin/$1" HEAD
}
printf '%s\n' both.tar conflicts.txt migrations.tar problems.txt report.md report.sarif status.txt left.txt >"$project/.gitignore"
new 1_orders.sql <<<'CREATE TABLE orders (id bigint PRIMARY KEY);'
in_git init
in_git add -A
in_git commit -m main
branch default_a 2_default_a.sql <<<"ALTER TABLE users ALTER email SET DEFAULT 'a';"
branch default_b 3_default_b.sql <<<"ALTER TABLE users ALTER email SET DEFAULT 'b';"
branch column 4_column.sql <<<'ALTER TABLE users ADD city text;'
branch same_version 2_other.sql <<<'ALTER TABLE users ADD town text;'
branch edits 1_orders.sql <<<'CREATE TABLE orders (id bigint PRIMARY KEY, a int);'
branch edits_too 1_orders.sql <<<'CREATE TABLE orders (id bigint PRIMARY KEY, b int);'
branch broken 5_broken.sql <<<'SELECT 1 / 0;'
in_git checkout default_a
in_project ci/review.sh
exits 'by itself each is well' 0
in_project ci/together.sh column
exits 'two that go together' 0 '^With column:$'
in_project ci/together.sh broken
exits 'the error of another branch is not ours' 0
in_project ci/together.sh column default_b
exits 'two that do not' 1 'With column:.With default_b:.2 and 3 are in conflict over column email of table public.users'
in_project ci/together.sh same_version column
exits 'two of one version' 1 'two .*version 2.*2_default_a.sql.*2_other.sql.*With column:$'
in_git checkout edits
in_project ci/together.sh edits_too
exits 'two edits of one file' 1 'CONFLICT \(content\).*migrations/1_orders.sql'
in_project ci/together.sh gone
exits 'no such branch' 1 'origin/gone'
in_project ci/together.sh
exits 'no other branch' 0
stays 'two branches'

echo '# what GitHub and GitLab run'
commands_of() { # commands_of WORDS JOB: NAME=VALUE of the job, then its commands, a line each
    block yaml "$1" "$page" >"$files/workflow"
    /usr/bin/python3 - "$files/workflow" "$2" <<'PYTHON'
import sys, yaml
path, name = sys.argv[1:]
top = yaml.safe_load(open(path))
job = top.get('jobs', top)[name]
for key, value in {**job.get('env', {}), **job.get('variables', {})}.items():
    if not key.startswith('PG') and key != 'GH_TOKEN':
        print(f'{key}={value}' if not value.startswith('$') else f'{key}=77')
print()
for step in job.get('steps', []):
    if 'run' in step:
        print(step['run'])
print('\n'.join(job.get('script', [])), end='')
PYTHON
}
if /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
    printf '%s\n' '#!/bin/sh' 'printf "%s\n" default_a column' >"$project/ci/gh"
    chmod +x "$project/ci/gh"
    in_git checkout default_a
    export GITHUB_HEAD_REF=default_a GITHUB_STEP_SUMMARY=$files/summary
    for job in '.github review' '.gitlab-ci review' '.github deploy' '.gitlab-ci deploy'; do
        mapfile -t lines < <(commands_of "${job% *}" "${job#* }")
        variables=()
        while [[ -n ${lines[0]} ]]; do variables+=("${lines[0]}") && lines=("${lines[@]:1}"); done
        is "$job: says what it runs for" 1 "$((${#variables[@]} >= 2))"
        for command in "${lines[@]:1}"; do
            [[ -n $command ]] || continue
            in_project env "${variables[@]}" PATH="$project/ci:$CLUSTER_BIN:/usr/bin:/bin" sh -ec "$command"
            exits "$job: $command" 0
        done
    done
    like 'the report is the summary' '^### Migrations: 2 pending' "$(<"$files/summary")"
    is 'with a rehearsal' false "$(grep -q 'not rehearsed' "$files/summary" && echo true || echo false)"
    is 'the deployment is on record' '2|build 77 of 77' \
        "$(sql 'SELECT count(*), application_name FROM migrator.history GROUP BY 2')"
else
    left_out 'what GitHub and GitLab run' 'there is no python3-yaml'
fi
is 'every block of the page was run' '' "$(untested "$page")"
checked
