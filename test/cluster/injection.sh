#!/usr/bin/env bash
# Memory runs out, a cancel or a termination arrives, at the nth allocation of a call: operator new, malloc and the
# server's memory contexts. Nothing crashes, stays locked or half-written, and the call, repeated, does its work.
#   INJECTION_STEP=200, of so many allocations one is hit; 1: every one, which takes hours
#   INJECTION_SEED=1, another hits others   INJECTION_SECONDS=140, the most that it may take   INJECTION_ONLY=call,kind
set -euo pipefail
. test/cluster/checks.bash

clusters+=(injection)
cluster_new injection autovacuum=off log_min_messages=log log_min_error_statement=panic jit=off

# What is tested is the library that is installed: nothing of this is compiled into it.
files library
compile=(cc -shared -fPIC -O1 -g -Wall -Wextra -isystem "$("${PG_CONFIG:-pg_config}" --includedir-server)")
"${compile[@]}" test/injection/allocation.c -o "$files/allocation.so" -ldl
"${compile[@]}" test/injection/control.c -o "$files/control.so" -ldl
LD_PRELOAD=$files/allocation.so cluster_start injection
cluster_use injection
database app
FILES=$(cluster_share test/injection/migrations)
LIBRARY=$files/control.so
export FILES LIBRARY

outcome=0
/usr/bin/python3 -B test/injection/injection.py "${INJECTION_STEP:-200}" "${INJECTION_SEED:-1}" \
    "${INJECTION_SECONDS:-140}" "${INJECTION_ONLY:-}" || outcome=$?
is 'each time' 0 "$outcome"
is 'the server never went down' '' \
    "$(grep -aE 'TRAP|PANIC|terminated by signal|leak' "$CLUSTER_HOME/injection/log" | head -n 5 || true)"
checked
