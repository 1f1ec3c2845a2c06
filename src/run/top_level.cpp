#include "run/top_level.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "bridge/report.hpp"
#include "server/parse/outside_transaction.hpp"

extern "C" {
#include "nodes/parsenodes.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
}

namespace mig::server::top_level {

// Static because hooks take no argument of ours.
namespace {

PlannedStmt const *raised = nullptr; // the statement to be raised to top level
bool loaded_before_auditor = false;  // then pgaudit's hook calls ours: each library calls the one loaded before it

bool auditor_is_loaded() {
    struct config_generic const *const setting = pg::find_setting("pgaudit.log");
    return setting && !(setting->flags & GUC_CUSTOM_PLACEHOLDER);
}

// pgaudit is in shared_preload_libraries or not loaded at all, so it is looked up once. An ERROR may pass through here,
// so the initialization of the static variable must be a constant.
bool auditor_is_there() {
    static enum { unknown, absent, present } auditor = unknown;
    if (auditor == unknown)
        auditor = auditor_is_loaded() ? present : absent;
    return auditor == present;
}

bool auditor_logs() {
    const char *const classes = GetConfigOption("pgaudit.log", true, false);
    return classes && *classes && pg_strcasecmp(classes, "none") != 0;
}

bool may_commit(Node *node) { return IsA(node, DoStmt) || IsA(node, CallStmt); }

// It commits by itself, always or depending on the catalogs (REINDEX of a partitioned table).
bool must_be_at_top_level(Node *node) {
    return cannot_run_in_transaction(node) || (catalog_decides(node) && !may_commit(node));
}

// Called after pgaudit, which has taken the statement for one below the CALL, this can simply raise it. Called before
// pgaudit, raising it would make pgaudit refuse it: so what commits by itself bypasses all other hooks, with a line in
// the log instead, and a DO or CALL merely becomes non-atomic, which is enough for it to commit.
bool raise_to_top_level(pg::Utility &utility) {
    if (utility.plan != raised || utility.context != PROCESS_UTILITY_QUERY)
        return false;
    raised = nullptr;
    if (loaded_before_auditor) {
        utility.context = PROCESS_UTILITY_TOPLEVEL;
    } else if (must_be_at_top_level(utility.statement())) {
        utility.context = PROCESS_UTILITY_TOPLEVEL;
        utility.bypass_other_hooks = true;
        const char *const sql = utility.sql;
        pg::guarded([=] {
            if (auditor_logs())
                pg::log_unaudited(sql);
        });
    } else if (may_commit(utility.statement())) {
        utility.context = PROCESS_UTILITY_QUERY_NONATOMIC;
    }
    return false;
}

bool on() noexcept { return raised != nullptr; }

void install() {
    loaded_before_auditor =
        process_shared_preload_libraries_in_progress && !pg::guarded([] { return auditor_is_loaded(); });
}

} // namespace

pg::Watcher const watcher{.on = on, .install = install, .intercept_utility = raise_to_top_level};

Passage::~Passage() { raised = nullptr; }

void run(Portal portal, QueryCompletion *completion) {
    bool const raise = auditor_is_there();
    if (raise)
        raised = linitial_node(PlannedStmt, portal->stmts);
    (void) pg::portal_run(portal, !raise, None_Receiver, completion);
}

} // namespace mig::server::top_level
