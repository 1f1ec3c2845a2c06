#!/usr/bin/env bash
# One session loads, applies, rolls back, fails and looks many times: its memory stays as it is.
#   MEMORY_CALLS=2400; 24000 takes a quarter of an hour
set -euo pipefail
. test/cluster/checks.bash

server memory autovacuum=on autovacuum_naptime=1
database app
outcome=0
/usr/bin/python3 -B test/memory/memory.py "${MEMORY_CALLS:-2400}" || outcome=$?
is 'memory is flat' 0 "$outcome"
checked
