#!/usr/bin/env bash
# The regression and isolation tests beside pgaudit, pg_stat_statements, auto_explain and plpgsql_check, each looking at
# everything, loaded before migrator and behind it; and what they saw of migrations.
set -euo pipefail
. test/cluster/checks.bash

for library in pgaudit plpgsql_check; do
    [[ -e $("${PG_CONFIG:-pg_config}" --pkglibdir)/$library.so ]] || {
        echo "there is no $library for this server" >&2
        exit 1
    }
done

# At a level below that of messages which a test shows to its client.
everything=(pgaudit.log=all pg_stat_statements.track=all auto_explain.log_min_duration=0
    auto_explain.log_nested_statements=on auto_explain.log_analyze=on auto_explain.log_triggers=on
    auto_explain.log_level=debug1 log_min_messages=debug1 autovacuum=off compute_query_id=on)
before=pgaudit,pg_stat_statements,auto_explain,plpgsql_check,migrator
behind=migrator,plpgsql_check,auto_explain,pg_stat_statements,pgaudit

# These two are about settings that were there before the library was loaded: here it always is.
not_equal='settings_rights untaken_settings'
# A test has PL/pgSQL under another name, which some versions of plpgsql_check do not let run, whoever calls it.
refusal=$(error_of "LOAD 'plpgsql_check'" "CREATE LANGUAGE another HANDLER plpgsql_call_handler" \
    "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE another AS 'BEGIN RETURN 1; END'" 'SELECT pg_temp.f()')
[[ $refusal != *fmgr_plpgsql_cache* ]] || not_equal+=' irreversible'
sql 'DROP LANGUAGE IF EXISTS another CASCADE'
make=("${MAKE:-make}" --no-print-directory -s)
# shellcheck disable=SC2016 # make's variable
regress=$("${make[@]}" --eval 'all_of_regress: ; @echo $(REGRESS)' all_of_regress)
for name in $not_equal; do
    like "$name is a test" " $name( |\$)" "$regress"
    regress=$(sed -E "s/ $name( |\$)/ /" <<<"$regress")
done

suites() { # suites NAME
    local out=$CLUSTER_TEMP/$1.out
    mkdir -p "$out/isolation"
    cluster_use "$1"
    unset PGOPTIONS
    "${make[@]}" installcheck ISOLATION= REGRESS="$regress" EXTRA_REGRESS_OPTS="--outputdir=$out" >"$out/log" 2>&1 || true
    "${make[@]}" installcheck REGRESS= EXTRA_REGRESS_OPTS="--outputdir=$out/isolation" >>"$out/log" 2>&1 || true
}
verdict_of() { # verdict_of NAME LIBRARIES
    local out=$CLUSTER_TEMP/$1.out
    is "$2: the regression and isolation tests" 2 "$(grep -cE '^(#| )? ?All [0-9]+ tests passed' "$out/log" || true)"
    grep -E 'FAILED|failed' "$out/log" || true
    cat "$out/regression.diffs" "$out/isolation/regression.diffs" 2>/dev/null | head -n 100 || true
    rm -rf "$out"
    is "$2: the server never went down" '' "$(grep -aE 'TRAP|PANIC|terminated by signal|stack is not empty' "$CLUSTER_HOME/$1/log" | head -n 5 || true)"
}

# Statements of migrations, up and down. What commits by itself, and COPY with rows, are not everybody's to see.
ordinary=('CREATE TABLE seen_1 (i int)' 'INSERT INTO seen_1 VALUES (1)' 'DROP TABLE seen_1'
    'CREATE TABLE seen_2 (i int)' 'INSERT INTO seen_2 VALUES (2)' 'DELETE FROM seen_2' 'DROP TABLE seen_2'
    'INSERT INTO t VALUES (3)' 'CREATE TABLE seen_3 (i int)' 'INSERT INTO t VALUES (4)' 'INSERT INTO t VALUES (5)'
    'DELETE FROM t' 'DROP TABLE seen_3' 'INSERT INTO t VALUES (6)')
by_itself=('CREATE INDEX CONCURRENTLY ti ON t (i)' 'VACUUM t' 'REINDEX INDEX CONCURRENTLY ti' 'DROP INDEX CONCURRENTLY ti')
copy='COPY t FROM stdin'
run() { # up and down: transactional by apply() and apply_each(), statement by statement
    local load="SELECT migrator.load"
    sql 'CREATE TABLE t (i int)' "CREATE PROCEDURE inside() LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (4); COMMIT; INSERT INTO t VALUES (5); END'" \
        "$load('1', 'apply', '${ordinary[0]}; ${ordinary[1]}', '${ordinary[2]}')" \
        "SELECT version || status FROM migrator.apply()" \
        "$load('2', 'each', E'${ordinary[3]}; ${ordinary[4]}; $copy;\n7\n\\\\.\n', '${ordinary[5]}; ${ordinary[6]}')" \
        "$load('3', 'no', E'-- migrator: no-transaction\n${ordinary[7]}; ${ordinary[8]}; ${by_itself[0]}; ${by_itself[1]}; ${by_itself[2]}; CALL inside()',
            E'-- migrator: no-transaction\n${by_itself[3]}; ${ordinary[11]}; ${ordinary[12]}; DO ''BEGIN ${ordinary[13]}; COMMIT; END''')" \
        'CALL migrator.apply_each()' 'CALL migrator.rollback_each(2)' 'SELECT version || status FROM migrator.rollback()'
}
audited() { grep -aF 'AUDIT: ' "$log" | grep -cF ",$1," || true; }
counted() { # counted STATEMENT: how often, by pg_stat_statements, which puts $1 in the place of constants
    psql -X -q -A -t -v text="$1" -v pattern="$(sed -E 's/\([0-9]+\)$/($1)/' <<<"$1")" \
        <<<"SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query IN (:'text', :'pattern') AND NOT toplevel"
}
unseen() { # unseen HOW STATEMENT..: those that it has not
    local how=$1 one
    shift
    for one; do
        [[ $("$how" "$one") != 0 ]] || echo "$one"
    done
}
observed() { # observed NAME LIBRARIES: what each saw
    cluster_use "$1"
    database "observed_$1"
    log=$CLUSTER_HOME/$1/log
    sql 'CREATE EXTENSION pgaudit' 'CREATE EXTENSION pg_stat_statements' 'CREATE EXTENSION plpgsql_check'
    run >/dev/null
    is "$2: all ran" '3 3 1' "$(sql "SELECT count(*) FILTER (WHERE result = 'applied') || ' ' || count(*) FILTER (WHERE result = 'rolled_back') || ' ' || (SELECT count(*) FROM t) FROM migrator.history")"
    is "$2: audited" '' "$(unseen audited "${ordinary[@]}")"
    is "$2: counted" '' "$(unseen counted "${ordinary[@]}")"
    is "$2: explained" '' "$(for one in "${ordinary[@]}"; do
        [[ $one != [ID][NE][SL]* ]] || grep -caF "Query Text: $one" "$log" >/dev/null || echo "$one"; done)"
    if [[ $1 == behind ]]; then
        is "$2: audited, what commits by itself and COPY" '' "$(unseen audited "${by_itself[@]}" "$copy")"
        is "$2: counted, what commits by itself and COPY" '' "$(unseen counted "${by_itself[@]}" "$copy")"
        return
    fi
    is "$2: not audited, as the documents say" "$(printf '%s\n' "${by_itself[@]}" "$copy")" "$(unseen audited "${by_itself[@]}" "$copy")"
    is "$2: not counted" "$(printf '%s\n' "${by_itself[@]}" "$copy")" "$(unseen counted "${by_itself[@]}" "$copy")"
    is "$2: but in the log" '' "$(for one in "${by_itself[@]}"; do
        grep -caF "LOG:  statement of a migration that pgaudit does not see: $one" "$log" >/dev/null || echo "$one"; done)"
}

server before "shared_preload_libraries=$before" "${everything[@]}"
server behind "shared_preload_libraries=$behind" "${everything[@]}"
observed before "$before"
observed behind "$behind"
suites before &
one=$!
suites behind
wait "$one"
verdict_of before "$before"
verdict_of behind "$behind"
checked
