#!/usr/bin/env bash
# See scripts/check-layout find what it is there to find: a small tree in order, then one violation at a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
check=$PWD/scripts/check-layout

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
passed=0
failed=0

put() { # put FILE LINE..
    mkdir -p "$(dirname "$tree/$1")"
    printf '%s\n' "${@:2}" >"$tree/$1"
}

in_order() {
    rm -rf "$tree"
    mkdir -p "$tree/bin" "$tree/scripts"
    put Makefile 'REGRESS = first \' '  second' 'ISOLATION = race'
    put migrator.control "default_version = '1.0'"
    put docs/architecture.md '| room | contract | what for |' '|---|---|---|' '| `src/api` | | x |' '| `src/server/lock` | | x |' \
        '| `src/server/db` | `db.hpp` | x |' '| `src/bridge` | | x |' '| `src/core/text` | | x |' '| `src/core/base` | | x |'
    put src/core/text/a.hpp '#pragma once' '#include <string_view>' '#include <openssl/evp.h>' '#include "core/text/b.hpp"'
    put src/core/text/b.hpp '// PG_TRY and #include "postgres.h" in a comment' '#pragma once' '/* ereport(ERROR' '*/'
    put src/core/base/failure.hpp '#pragma once'
    put src/bridge/guard.hpp '#pragma once'
    put src/bridge/guard.cpp '#include "core/base/failure.hpp"' '#include "bridge/guard.hpp"' '#include "postgres.h"' 'PG_TRY();'
    put src/server/db/db.hpp '#pragma once'
    put src/server/db/query.cpp '#include "server/db/db.hpp"'
    put src/server/lock/lock.hpp '#pragma once' '#include "core/text/a.hpp"' '#include "server/db/db.hpp"'
    put src/server/lock/lock.cpp '#include "server/lock/lock.hpp"' '#include "storage/lock.h"' 'log("PG_TRY"); ereport(NOTICE, x);'
    put src/api/status.cpp '#include "server/lock/lock.hpp"' '#include "fmgr.h"' "int million = 1'000'000; // PG_TRY"
    put sql/first.sql; put sql/second.sql; put sql/migrator--1.0--1.1.sql
    put expected/first.out; put expected/second.out; put expected/second_1.out
    put test/specs/race.spec; put test/expected/race.out
}

report() {
    if [[ $1 == ok ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    [[ $1 == ok ]] || { echo "not found: $2"; sed 's/^/    /' "$work/output"; }
}

finds() { # finds PLACE WORDS: the check fails, naming the place, with these words in the rule
    local outcome=ok
    ! "$check" "$tree" >"$work/output" 2>&1 || outcome=missed
    grep -F "$1: " "$work/output" | grep -qF "$2" || outcome=missed
    # One violation, one finding: no rule fires for its neighbour.
    [[ $(grep -c '^[^ ]*:[0-9]*: ' "$work/output") == 1 ]] || outcome=missed
    report "$outcome" "$1: $2"
    in_order
}

accepts() { # accepts WHAT
    local outcome=ok
    "$check" "$tree" >"$work/output" 2>&1 || outcome=refused
    report "$outcome" "nothing wrong with $1"
    in_order
}

in_order
accepts 'a tree in order'

put src/core/text/a.hpp '#pragma once' '#include "postgres.h"';             finds src/core/text/a.hpp:2 'core includes only standard'
put src/core/text/a.hpp '#pragma once' '# include <utils/elog.h>';          finds src/core/text/a.hpp:2 'core includes only standard'
put src/core/text/a.hpp '#pragma once' '/* why */ #include "server/db/db.hpp"'; finds src/core/text/a.hpp:2 'core includes only core'
put src/core/base/failure.hpp '#pragma once' '#include "core/text/b.hpp"';  finds src/core/base/failure.hpp:2 'core/base is below core/text'
put src/core/text/a.hpp '#include <string>';                                finds src/core/text/a.hpp:1 'pragma once'
put src/core/text/z.hpp '// #pragma once';                                  finds src/core/text/z.hpp:1 'pragma once'
put src/core/text/b.hpp '#pragma once' '#include "b.hpp"';                  finds src/core/text/b.hpp:2 'room/name.hpp'
put src/core/text/c.h '#pragma once';                                       finds src/core/text/c.h:1 '.cpp and .hpp'
put src/core/text/c.cpp 'int x;';                                           finds src/core/text/c.cpp:1 'no header of its own'
put src/server/db/c.cpp 'int x;';                                           finds src/server/db/c.cpp:1 'no header of its own'
put src/util/c.hpp '#pragma once';                                          finds src/util/c.hpp:1 'no room src/util'
put src/server/db/x.hpp '#pragma once' '#include "server/db/y.hpp"'
put src/server/db/y.hpp '#pragma once'
put src/server/db/y.cpp '#include "server/db/x.hpp"';                       finds src/server/db/x.hpp:1 'in a cycle of includes'
for i in {1..23}; do put "src/server/db/x$i.hpp" '#pragma once'; done;      finds src/server/db:0 'more than 22 files'
rm "$tree"/src/server/lock/* && put src/api/status.cpp 'int x;';            finds docs/architecture.md:1 'nothing in src/server/lock'
rm -r "$tree/docs" "$tree/src"/*;                                          finds docs/architecture.md:1 'no table of rooms'
put src/bridge/x.hpp '#pragma once' '#include "core/text/a.hpp"';           finds src/bridge/x.hpp:2 'bridge includes only'
put src/bridge/x.hpp '#pragma once' '#include "server/db/db.hpp"';          finds src/bridge/x.hpp:2 'bridge includes only'
put src/server/db/x.hpp '#pragma once' '#include "server/lock/lock.hpp"';   finds src/server/db/x.hpp:2 'server/db is below server/lock'
put src/server/db/db.hpp '#pragma once' 'PG_TRY();';                        finds src/server/db/db.hpp:2 'only src/bridge names'
put src/server/db/db.hpp '#pragma once' ' if (sigsetjmp(buffer, 0) == 0) // guard';   finds src/server/db/db.hpp:2 'only src/bridge names'
put src/server/db/db.hpp '#pragma once' '/* a' '*/ PG_RE_THROW();';         finds src/server/db/db.hpp:3 'only src/bridge names'
put src/api/x.cpp '"/*"; ereport(ERROR, (errmsg("x")));';                   finds src/api/x.cpp:1 'only src/bridge raises'
put src/api/x.cpp 'elog( ERROR, "x");';                                     finds src/api/x.cpp:1 'only src/bridge raises'
put src/api/x.cpp 'ereport(' '    ERROR, x);';                              finds src/api/x.cpp:2 'only src/bridge raises'
put src/module.cpp 'elog(FATAL, "x");';                                     finds src/module.cpp:1 'only src/bridge raises'

mapfile -t lines < <(seq 401)
put src/api/long.cpp "${lines[@]}";                                    finds src/api/long.cpp:401 'longer than 400'
put test/unit/long.cpp "${lines[@]}";                                  finds test/unit/long.cpp:401 'longer than 400'
put sql/first.sql "${lines[@]}";                                       finds sql/first.sql:401 'longer than 400'
put src/api/long.cpp "${lines[@]:1}";                                  accepts 'a file of 400 lines'
put sql/migrator--1.0.sql "${lines[@]}";                               accepts 'a long install script'
put sql/migrator--1.0--1.1.sql "${lines[@]}";                          finds sql/migrator--1.0--1.1.sql:401 'longer than 400'

put sql/third.sql;                                                     finds sql/third.sql:1 'never runs'
put expected/third.out;                                                finds expected/third.out:1 'no test in REGRESS'
rm "$tree/sql/second.sql";                                             finds Makefile:1 'no sql/second.sql'
rm "$tree/expected/second.out";                                        finds Makefile:1 'no expected/second.out'
put Makefile 'REGRESS = first second first' 'ISOLATION = race';        finds Makefile:1 'first twice'
put test/specs/other.spec;                                             finds test/specs/other.spec:1 'never runs'
put test/expected/other.out;                                           finds test/expected/other.out:1 'no test in ISOLATION'
rm "$tree/test/specs/race.spec";                                       finds Makefile:3 'no test/specs/race.spec'

library() { # library NAME..: a migrator.so that exports functions of these names
    { for name; do echo "void $name(void) {}"; done; } | "${CC:-cc}" -shared -fPIC -xc - -o "$tree/migrator.so"
}
entries=(Pg_magic_func _PG_init migrator_apply pg_finfo_migrator_apply)
library "${entries[@]}";                                               accepts 'the entry points'
library "${entries[@]}" stray;                                         finds migrator.so:0 'exports stray'
library "${entries[@]}" migrator_plan;                                 finds migrator.so:0 'without pg_finfo_migrator_plan'
library "${entries[@]}" pg_finfo_migrator_plan;                        finds migrator.so:0 'without migrator_plan'
library "${entries[@]:1}";                                             finds migrator.so:0 'not export Pg_magic_func'

echo "$passed of $((passed + failed)) violations found and exceptions accepted"
((failed == 0))
