#include "run/statement.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "run/plain_form.hpp"
#include "run/top_level.hpp"

extern "C" {
#include "access/xact.h"
#include "nodes/pg_list.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "tcop/cmdtag.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/snapmgr.h"
}

namespace mig::server {

namespace {

// As check_log_statement() of postgres.c does it, which is static.
bool must_log(RawStmt *statement) {
    return log_statement != LOGSTMT_NONE &&
           (log_statement == LOGSTMT_ALL || GetCommandLogLevel(statement->stmt) <= log_statement);
}

// No snapshot for what needs none: after one, SET TRANSACTION ISOLATION LEVEL fails (check_XactIsoLevel()).
List *plan(RawStmt *statement, const char *sql) {
    bool const snapshot = analyze_requires_snapshot(statement);
    if (snapshot)
        PushActiveSnapshot(GetTransactionSnapshot());
    List *const queries = pg_analyze_and_rewrite_fixedparams(statement, sql, nullptr, 0, nullptr);
    List *const plans = pg_plan_queries(queries, sql, CURSOR_OPT_PARALLEL_OK, nullptr);
    if (snapshot)
        PopActiveSnapshot();
    return plans;
}

struct Executed {
    bool one_statement;
    Refusal refusal;
    Completion completion;
};

// All in CurrentMemoryContext.
struct PlannedStatement {
    Executed outcome;
    const char *sql;
    CommandTag tag;
    List *plans; // NIL: a rule DO INSTEAD NOTHING

    bool runs() const { return outcome.one_statement && !outcome.refusal.message; }
};

// As the session's settings have it now, as if a client had sent it: what splitting and checking assumed no longer
// counts. Null if that is not one statement.
RawStmt *parse(const char *sql, KeptTree const *tree) {
    if (RawStmt *const copy = copy_if_current_pg(tree))
        return copy;
    List *const parsed = pg_parse_query(sql);
    return list_length(parsed) == 1 ? linitial_node(RawStmt, parsed) : nullptr;
}

PlannedStatement plan_statement(const char *text, KeptTree const *tree, const char *where, Level level) {
    const char *const sql = pstrdup(text);
    RawStmt *const statement = parse(sql, tree);
    if (!statement)
        return {};
    if (must_log(statement))
        pg::log_statement(sql, where);
    if (level == Level::rehearsal)
        if (Refusal const refusal = to_plain_form(statement); refusal.message)
            return {{true, refusal, {}}, sql, CMDTAG_UNKNOWN, NIL};
    List *const plans = plan(statement, sql);
    return {{true, {}, {}}, sql, CreateCommandTag(statement->stmt), plans};
}

// Deletes `trees`, the context that `planned` is allocated in. CreateNewPortal() chooses a name that no cursor has.
Completion run(PlannedStatement const &planned, MemoryContext trees, Level level, CopyRows *rows) {
    Portal const portal = CreateNewPortal();
    portal->visible = false; // not in pg_cursors
    // Into the portal's own context, not one below it: the server deletes those while it still reads the plans.
    MemoryContext const before = MemoryContextSwitchTo(portal->portalContext);
    const char *const sql = pstrdup(planned.sql);
    List *const plans = copyObject(planned.plans);
    MemoryContextSwitchTo(before);
    CommandTag const tag = planned.tag;
    MemoryContextDelete(trees);
    if (rows)
        rows->set_statement(sql);
    PortalDefineQuery(portal, nullptr, sql, tag, plans, nullptr);
    // It takes the snapshot of a query; a utility statement gets its own in PortalRunUtility(), if it needs one.
    PortalStart(portal, nullptr, 0, InvalidSnapshot);
    QueryCompletion completion;
    InitializeQueryCompletion(&completion);
    if (level == Level::top)
        top_level::run(portal, &completion);
    else
        (void) pg::portal_run(portal, false, None_Receiver, &completion);
    PortalDrop(portal, false);
    return {command_tag_display_rowcount(completion.commandTag), completion.nprocessed};
}

// Follows exec_simple_query(). The plans are moved into the portal, which survives commits in the middle of the
// statement, since the server leaves an active portal alone; until it exists they belong to the transaction. On return
// the caller's memory context is the current one again, and everything allocated here is freed.
Executed execute(const char *sql, KeptTree const *tree, const char *where, Level level, CopyRows *rows) {
    MemoryContext const trees =
        AllocSetContextCreate(CurTransactionContext, "migrator statement", ALLOCSET_DEFAULT_SIZES);
    MemoryContext const before = MemoryContextSwitchTo(trees);
    PlannedStatement planned = plan_statement(sql, tree, where, level);
    MemoryContextSwitchTo(before);
    if (!planned.runs()) {
        MemoryContextDelete(trees);
        return planned.outcome;
    }
    // exec_simple_query() checks here too: planning may have taken long, and has no checks of its own everywhere.
    CHECK_FOR_INTERRUPTS();
    planned.outcome.completion = run(planned, trees, level, rows);
    // For the next statement, as between the statements of a client's message.
    CommandCounterIncrement();
    return planned.outcome;
}

} // namespace

Completion execute_statement(const char *sql, KeptTree const *tree, const char *where, Level level, CopyRows *rows) {
    top_level::Passage const passage;
    Executed const outcome = pg::call<execute>(sql, tree, where, level, rows);
    if (!outcome.one_statement)
        throw Failure(sqlstate::syntax_error, "the text reads otherwise than when it was split into statements", sql,
                      "Do not change standard_conforming_strings in a migration.");
    if (outcome.refusal.message)
        throw Failure(outcome.refusal.sqlstate, outcome.refusal.message);
    return outcome.completion;
}

} // namespace mig::server
