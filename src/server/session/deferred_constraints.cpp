#include "server/session/deferred_constraints.hpp"

#include "core/base/failure.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/session/session_watch.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "commands/trigger.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server {

namespace {

// AfterTriggerSetState() is what the statement SET CONSTRAINTS calls. To immediate, it fires what is pending, in the
// current transaction.
void set_constraints(List *constraints, bool deferred) {
    ConstraintsSetStmt *const statement = makeNode(ConstraintsSetStmt);
    statement->constraints = constraints; // NIL: all
    statement->deferred = deferred;
    AfterTriggerSetState(statement);
}

// Schema-qualified names of those that still exist and are still initially immediate.
List *names_of(Oid const *constraints, int count) {
    List *names = NIL;
    for (int i = 0; i < count; ++i) {
        HeapTuple const tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraints[i]));
        if (!HeapTupleIsValid(tuple))
            continue;
        auto const *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        if (row->condeferrable && !row->condeferred)
            names =
                lappend(names, makeRangeVar(get_namespace_name(row->connamespace), pstrdup(NameStr(row->conname)), -1));
        ReleaseSysCache(tuple);
    }
    return names;
}

void fire() { set_constraints(NIL, false); }

// The server cannot go back to "as declared" before the transaction ends, so the state is set again: ALL DEFERRED, and
// IMMEDIATE by name for those that are initially immediate. A constraint that is created later is then checked as
// declared, or is deferred until the end of its migration. No check may be pending: it would run as the extension's
// owner.
void declare_again(Oid const *initially_immediate, int count) {
    set_constraints(NIL, true);
    if (List *const names = names_of(initially_immediate, count); names != NIL)
        set_constraints(names, false);
}

} // namespace

DeferredConstraints::DeferredConstraints() { read_constraints(); }

void DeferredConstraints::read_constraints() {
    struct Column {
        enum : int { oid, deferred };
    };
    AsOwner const owner;
    Rows const rows =
        // One that shares its name with an initially deferred one counts as deferred: SET CONSTRAINTS would set both.
        query("SELECT oid::bigint, condeferred OR bool_or(condeferred) OVER (PARTITION BY connamespace, conname)"
              " FROM pg_constraint WHERE condeferrable",
              {}, Access::fresh);
    any_ = rows.size() > 0;
    initially_immediate_.clear();
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (!rows.boolean(i, Column::deferred))
            initially_immediate_.push_back(static_cast<Oid>(rows.bigint(i, Column::oid)));
}

void DeferredConstraints::check(When when) {
    if (when == When::always || session_watch::seen().constraint_timing)
        read_constraints();
    if (when != When::always && !any_)
        return;
    ScratchMemory const scratch("migrator deferred constraints");
    // A trigger that fires may defer constraints itself, and so leave more checks pending.
    constexpr int max_rounds = 20;
    for (int round = 0; round == 0 || session_watch::seen().constraint_timing; ++round) {
        if (round > 0)
            read_constraints();
        if (round == max_rounds)
            throw Failure(sqlstate::program_limit, "the checks of deferred constraints never end",
                          "Each time, a trigger defers them again.",
                          "Look for SET CONSTRAINTS in the functions of constraint triggers.");
        session_watch::forget_constraint_timing();
        scratch.run(fire);
    }
    Oid const *const immediate = initially_immediate_.data();
    int const count = static_cast<int>(initially_immediate_.size());
    AsOwner const owner; // SET CONSTRAINTS by name requires USAGE on the schema
    scratch.run([=] { declare_again(immediate, count); });
}

} // namespace mig::server
