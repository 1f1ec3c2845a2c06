#!/usr/bin/env bash
# A cancel at any moment, of the clean-up too: nothing of the run stays in the session. 60 limits from 1 to 60 ms.
set -euo pipefail
. test/cluster/checks.bash

server limits
database app

sql "SELECT count(migrator.load(i::text, 'm', format(
        'PREPARE p%1\$s AS SELECT 1;
         SELECT pg_advisory_lock(%1\$s);
         CREATE TABLE t%1\$s (n int UNIQUE DEFERRABLE INITIALLY DEFERRED);
         CREATE TEMPORARY TABLE scratch (n int);
         INSERT INTO t%1\$s VALUES (1);
         DO \$do\$ DECLARE c refcursor := ''c''; BEGIN OPEN c FOR SELECT * FROM scratch; END \$do\$', i),
     format('DROP TABLE t%s', i))) FROM generate_series(1, 40) AS i" >/dev/null

# All in one session: what a run leaves would make the next one fail.
left=$(psql -X -q -A -t 2>"$CLUSTER_HOME/limits/errors" <<'END'
SELECT format('SET statement_timeout = %L', i || 'ms'),
       format('SELECT count(*) * 0 FROM migrator.apply(dry_run => %L)', i % 3 = 0),
       'RESET statement_timeout',
       $$SELECT (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors),
                (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
                (SELECT count(*) FROM pg_class WHERE relname = 'scratch'), 'left'$$,
       'SELECT count(*) * 0 FROM migrator.rollback(100)'
FROM generate_series(1, 60) AS i \gexec
END
)
is 'nothing was left 60 times' 60 "$(grep -c '^0|0|0|0|left$' <<<"$left")"
is 'and something never' '' "$(grep left <<<"$left" | grep -v '^0|0|0|0|left$' | head -n 3)"
is 'no run failed for another reason' '' \
    "$(grep -E '^(psql:[^ ]* )?ERROR' "$CLUSTER_HOME/limits/errors" | grep -v 'canceling statement' | sort | uniq -c)"
is 'some were cancelled' t "$( (($(grep -c 'canceling statement' "$CLUSTER_HOME/limits/errors") > 9)) && echo t)"

checked
