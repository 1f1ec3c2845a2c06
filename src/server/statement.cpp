#include "server/statement.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/failure.hpp"

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

bool must_log(RawStmt *statement) {
    return log_statement != LOGSTMT_NONE &&
           (log_statement == LOGSTMT_ALL || GetCommandLogLevel(statement->stmt) <= log_statement);
}

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

// As exec_simple_query() does it. All trees live in the portal, which survives commits in the middle of it: the server
// leaves a portal that is active alone. False: the text is not one statement.
bool execute(const char *sql, const char *where, bool top_level, CopyRows *rows) {
    MemoryContext const before = CurrentMemoryContext;
    Portal const portal = CreateNewPortal();
    portal->visible = false; // not in pg_cursors
    MemoryContextSwitchTo(portal->portalContext);
    sql = pstrdup(sql);
    if (rows)
        rows->of_statement(sql);
    List *const parsed = pg_parse_query(sql);
    if (list_length(parsed) != 1)
        return false;
    RawStmt *const statement = linitial_node(RawStmt, parsed);
    if (must_log(statement))
        pg::log_statement(sql, where);
    List *const plans = plan(statement, sql);
    CHECK_FOR_INTERRUPTS();
    PortalDefineQuery(portal, nullptr, sql, CreateCommandTag(statement->stmt), plans, nullptr);
    PortalStart(portal, nullptr, 0, InvalidSnapshot);
    QueryCompletion completion;
    InitializeQueryCompletion(&completion);
    (void) pg::portal_run(portal, top_level, None_Receiver, &completion);
    MemoryContextSwitchTo(before);
    PortalDrop(portal, false);
    CommandCounterIncrement();
    return true;
}

} // namespace

void execute_statement(const char *sql, const char *where, Level level, CopyRows *rows) {
    if (!pg::call<execute>(sql, where, level == Level::top, rows))
        throw Failure(sqlstate::syntax_error, "the text reads otherwise than when it was split into statements", sql,
                      "Do not change standard_conforming_strings in a migration.");
}

} // namespace mig::server
