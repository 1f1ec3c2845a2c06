#include "rehearsal/irreversible_watch.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "rehearsal/foreign_writes.hpp"
#include "rehearsal/function_library.hpp"
#include "rehearsal/irreversible.hpp"
#include "rehearsal/set_sequences.hpp"
#include "rehearsal/transaction_mode.hpp"
#include "server/parse/statement_options.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_set>

extern "C" {
#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_class.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "commands/proclang.h"
#include "executor/executor.h"
#include "nodes/parsenodes.h"
#include "optimizer/planner.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/formatting.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/syscache.h"
}

namespace mig::server::irreversible_watch {

namespace {

// `subtransaction` is that of the rehearsal: what was created in it is undone with it.
struct State {
    Findings findings;
    Modes modes = Modes::refused;
    bool first_of_transaction = false;
    SubTransactionId subtransaction = InvalidSubTransactionId;
    bool sets_own_sequences = false;  // a query was planned that sets these only
    std::unordered_set<Oid> harmless; // functions of pg_catalog, which nobody replaces
    ForeignWrites foreign;
};

// A global, because hooks carry no private data. A pointer, because a library must have no static object with a
// destructor.
State *state = nullptr;
constexpr const char *flag_name = "migrator.rehearsing";
bool flag = false; // copied to parallel workers with their leader's settings

// A worker has no `state` of its own yet when it begins: the flag is what its leader can pass on.
bool on() noexcept { return state || (flag && IsParallelWorker()); }

bool add(std::vector<std::string> &list, std::string text) { // false: it is there already
    if (std::find(list.begin(), list.end(), text) != list.end())
        return false;
    list.push_back(std::move(text));
    return true;
}

// A parallel worker reports for itself: its leader cannot ask what it has seen.
void remark(std::string const &text) {
    if (add(state->findings.remarks, text) && IsParallelWorker())
        pg::notice(text);
}

[[noreturn]] void refuse(std::string const &what) {
    add(state->findings.refused, what);
    throw Failure(sqlstate::not_rehearsed, what, {},
                  "A rehearsal skips such a statement; apply() and apply_each() execute it.");
}

[[noreturn]] void refuse_effect(std::string const &effect) { refuse(effect + ", which no rollback undoes"); }

// --- functions -------------------------------------------------------------------------------------------------------

struct Routine {
    const char *name = nullptr, *library = "", *symbol = nullptr; // symbol: of a C function
    const char *untrusted = nullptr;                              // its language
    bool sets_sequence = false;                                   // a function in SQL that calls setval()
};

char *text_of(HeapTuple tuple, AttrNumber column) {
    bool null = false;
    Datum const value = SysCacheGetAttr(PROCOID, tuple, column, &null);
    return null ? pstrdup("") : TextDatumGetCString(value);
}

// lanpltrusted: only a trusted language keeps a function inside the database (manual, CREATE LANGUAGE). C and internal
// are untrusted too, and are judged by their symbol.
const char *untrusted_language(Oid language) {
    HeapTuple const tuple = SearchSysCache1(LANGOID, ObjectIdGetDatum(language));
    if (!HeapTupleIsValid(tuple))
        return nullptr;
    auto const *form = reinterpret_cast<Form_pg_language>(GETSTRUCT(tuple));
    const char *const name = form->lanpltrusted ? nullptr : pstrdup(NameStr(form->lanname));
    ReleaseSysCache(tuple);
    return name;
}

bool has(char const *text, char const *part) { return std::strstr(text, part) != nullptr; }

// In its text, or in its parse tree (prosqlbody), which names functions by OID. A node tree prints a FuncExpr with
// `:funcid OID `, and built-in functions have the same OID in every database. It may find what is never called: that
// only costs the inlining.
bool mentions_setval(HeapTuple tuple) {
    static_assert(F_SETVAL_REGCLASS_INT8 == 1576 && F_SETVAL_REGCLASS_INT8_BOOL == 1765);
    char const *const tree = text_of(tuple, Anum_pg_proc_prosqlbody), *const text = text_of(tuple, Anum_pg_proc_prosrc);
    return has(tree, ":funcid 1576 ") || has(tree, ":funcid 1765 ") ||
           has(asc_tolower(text, std::strlen(text)), "setval");
}

// Functions in C and internal ones are known by their symbol. Of those in SQL only setval() matters here: what else
// they call is set up when their queries are. User functions in other languages matter if the language is untrusted.
Routine routine_of(Oid function) {
    Routine routine;
    HeapTuple const tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple))
        return routine;
    auto const *form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    if (form->prolang == INTERNALlanguageId || form->prolang == ClanguageId) {
        routine.symbol = text_of(tuple, Anum_pg_proc_prosrc);
        if (form->prolang == ClanguageId)
            routine.library = library_of(tuple);
    } else if (form->prolang == SQLlanguageId) {
        routine.sets_sequence = mentions_setval(tuple);
    } else if (function >= FirstNormalObjectId) {
        routine.untrusted = untrusted_language(form->prolang);
    }
    routine.name = pstrdup(NameStr(form->proname));
    ReleaseSysCache(tuple);
    return routine;
}

constexpr const char *sets_a_sequence = "() sets a sequence";

// True: it must not be inlined. Its query would then be planned as part of another, out of sight of check_query().
// Without a symbol it is neither in C nor internal.
bool check_function(Oid function) {
    if (!state)
        state = new State; // for the life of the worker
    if (state->harmless.count(function) > 0)
        return false;
    Routine const routine = pg::call<routine_of>(function);
    if (routine.untrusted)
        remark(std::string(routine.name) + "() is in the untrusted language " + routine.untrusted +
               ": no rollback undoes what it does outside the database");
    if (!routine.symbol)
        return routine.sets_sequence;
    if (const char *const effect = irreversible::effect_of(routine.library, routine.symbol))
        refuse_effect(std::string(routine.name) + "() " + effect);
    bool const sets = irreversible::sets_sequence(routine.library, routine.symbol);
    if (sets && (function >= FirstNormalObjectId || !state->sets_own_sequences))
        refuse_effect(std::string(routine.name) + sets_a_sequence);
    if (function < FirstNormalObjectId && !sets)
        state->harmless.insert(function);
    return false;
}

void check_use(ForeignWrites::Use const &use) {
    if (!use.effect.empty())
        refuse_effect(use.effect);
    if (!use.remark.empty())
        add(state->findings.remarks, use.remark);
}

void on_access(pg::ObjectAccess const &access) {
    if (access.kind == OAT_FUNCTION_EXECUTE)
        (void) check_function(access.object);
    else if (state && access.kind == OAT_TRUNCATE && access.class_id == RelationRelationId)
        check_use(state->foreign.use_of_written(access.object));
}

// fmgr_info() does not ask about functions with SECURITY DEFINER or SET: it routes their calls through here anyway.
// fmgr_info_cxt_security() asks about the others by needs_fmgr_hook, which is `function_set_up` below; so does
// inline_function() in clauses.c.
void on_call(Oid function) { (void) check_function(function); }

// --- statements ------------------------------------------------------------------------------------------------------

struct Found {
    const char *effect, *remark, *mode, *language;
};

const char *language_of(DoStmt const &block) {
    DefElem const *const language = option_named(block.args, "language");
    return language ? untrusted_language(get_language_oid(strVal(language->arg), true)) : nullptr;
}

void check_statement(pg::Utility const &utility) {
    if (!state)
        return;
    Node const *const statement = utility.statement();
    bool const first = state->first_of_transaction, modes = state->modes == Modes::refused;
    Found const found = pg::guarded([=]() -> Found {
        return {irreversible::effect_of(statement), irreversible::remark_on(statement),
                modes ? transaction_mode::set_by(statement, first) : nullptr,
                IsA(statement, DoStmt) ? language_of(*reinterpret_cast<DoStmt const *>(statement)) : nullptr};
    });
    if (found.effect)
        refuse_effect(found.effect);
    if (found.mode)
        refuse(std::string(found.mode) + " sets how a transaction runs, and that of the rehearsal has already begun");
    if (found.remark)
        add(state->findings.remarks, found.remark);
    if (found.language)
        add(state->findings.remarks, std::string("the block is in the untrusted language ") + found.language +
                                         ": no rollback undoes what it does outside the database");
}

// --- sequences -------------------------------------------------------------------------------------------------------

// Whether setval() is allowed depends on its arguments, which the query has; check_function() comes later. It is called
// by the planner hook, with the parameters if the plan is custom: without their values an argument counts as unknown.
void check_query(Query *query, ParamListInfo parameters) {
    if (!state)
        return;
    switch (sequences_set_by(query, parameters, state->subtransaction)) {
    case SetSequences::none:
        return;
    case SetSequences::own:
        state->sets_own_sequences = true;
        return;
    case SetSequences::lasting:
        refuse_effect(std::string("setval") + sets_a_sequence);
    }
}

// --- foreign tables --------------------------------------------------------------------------------------------------

void check_tables(List *needs) {
    if (state && needs != NIL)
        check_use(state->foreign.use_of(needs));
}

// A setting only because the server copies settings to parallel workers. SerializeGUCState() passes on whatever is not
// at its built-in default.
void install() {
    pg::guarded([] {
        DefineCustomBoolVariable(flag_name, "A rehearsal is under way.", nullptr, &flag, false, PGC_SUSET,
                                 GUC_NO_SHOW_ALL | GUC_NO_RESET_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, nullptr,
                                 nullptr, nullptr);
    });
}

} // namespace

// function_set_up: this also covers functions that no expression calls (triggers, support functions of types, operator
// classes and operators). fmgr_info() does not ask about built-in ones; none of those has such an effect in such a
// place.
pg::Watcher const watcher{.on = on,
                          .install = install,
                          .utility_begins = check_statement,
                          .object_accessed = on_access,
                          .planning_begins = check_query,
                          .permission_check_begins = check_tables,
                          .function_set_up = check_function,
                          .function_call_begins = on_call};

void start(Modes modes) {
    // Otherwise a PL/pgSQL expression that the caller's transaction has set up would not be set up again.
    pg::guarded([] {
        ResetPlanCache();
        (void) set_config_option(flag_name, "on", PGC_SUSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
    });
    if (!state)
        state = new State;
    *state = {};
    state->modes = modes;
    state->subtransaction = GetCurrentSubTransactionId();
}

void stop() noexcept { delete std::exchange(state, nullptr); }

Findings take_findings() {
    if (!state)
        return {};
    state->foreign.forget();
    return std::exchange(state->findings, {});
}

void expect_first_of_transaction(bool possible) noexcept {
    if (state)
        state->first_of_transaction = possible;
}

bool is_refusal(pg::Error const &error) noexcept {
    return std::strcmp(error.sqlstate_text(), sqlstate::not_rehearsed) == 0;
}

} // namespace mig::server::irreversible_watch
