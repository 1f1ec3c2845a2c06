#!/usr/bin/env bash
# Eight sessions migrate one database while they are cancelled, terminated and killed, and the server with them; after
# each round one more call finishes everything, and everything ran exactly once.
#   TORTURE_ROUNDS=40   TORTURE_SEED=random, printed   TORTURE_SECONDS=800, the most that it may take
#   TORTURE_LIBRARIES=pgaudit, or pgaudit,migrator and the like: what the server preloads; pgaudit logs all
set -euo pipefail
. test/cluster/checks.bash

settings=(max_connections=50 client_connection_check_interval=50 log_min_messages=warning)
libraries=${TORTURE_LIBRARIES:-}
[[ -z $libraries ]] || settings+=("shared_preload_libraries=$libraries")
[[ $libraries != *pgaudit* ]] || settings+=(pgaudit.log=all)
server torture "${settings[@]}"
export CLUSTER_HOME CLUSTER_TEMP CLUSTER_USER CLUSTER_BIN
export RESTART='. scripts/cluster.sh; cluster_stop torture immediate; cluster_start torture'

errors() { grep -aE 'TRAP:|PANIC|signal (11|6)|leak|deadlock|stack is not empty' "$CLUSTER_HOME/torture/log" | head -n 5 || true; }

outcome=0
/usr/bin/python3 -B test/torture/torture.py "${TORTURE_ROUNDS:-40}" "${TORTURE_SEED:-$RANDOM}" "${TORTURE_SECONDS:-800}" ||
    outcome=$?
is 'all rounds passed' 0 "$outcome"
is 'nothing that the server calls an assertion, a panic or a crash of its own' '' \
    "$(errors)"
checked
