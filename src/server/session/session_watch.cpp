#include "server/session/session_watch.hpp"

#include "bridge/postgres.hpp"

#include <strings.h>

extern "C" {
#include "access/transam.h"
#include "catalog/objectaccess.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "utils/fmgroids.h"
}

namespace mig::server::session_watch {

// Hooks have no other place for state. Nothing below throws or owns anything: an ERROR may pass through.
namespace {

Seen flags;
bool advisory_lock_seen = false;
ProcessUtility_hook_type next_utility = nullptr;
object_access_hook_type next_access = nullptr;

bool may_make_deferrable(const char *sql) {
    // A partition or a LIKE copies its parent's constraints.
    return strcasestr(sql, "deferr") || strcasestr(sql, "partition") || strcasestr(sql, "like");
}

void on_utility(PlannedStmt *plan, const char *sql, bool read_only_tree, ProcessUtilityContext context,
                ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *receiver,
                QueryCompletion *completion) {
    switch (nodeTag(plan->utilityStmt)) {
    case T_PrepareStmt:
        flags.prepared_statement = true;
        break;
    case T_DeclareCursorStmt:
    case T_DoStmt:
    case T_CallStmt:
        flags.cursor = true;
        break;
    case T_ConstraintsSetStmt:
        flags.constraint_timing = true;
        break;
    case T_CreateStmt:
    case T_AlterTableStmt:
    case T_CreateTrigStmt:
    case T_CreateForeignTableStmt:
        flags.constraint_timing = flags.constraint_timing || may_make_deferrable(sql);
        break;
    default:
        break;
    }
    auto *const next = next_utility ? next_utility : standard_ProcessUtility;
    next(plan, sql, read_only_tree, context, parameters, environment, receiver, completion);
}

bool takes_session_lock(Oid function) {
    switch (function) {
    case F_PG_ADVISORY_LOCK_INT8:
    case F_PG_ADVISORY_LOCK_SHARED_INT8:
    case F_PG_TRY_ADVISORY_LOCK_INT8:
    case F_PG_TRY_ADVISORY_LOCK_SHARED_INT8:
    case F_PG_ADVISORY_LOCK_INT4_INT4:
    case F_PG_ADVISORY_LOCK_SHARED_INT4_INT4:
    case F_PG_TRY_ADVISORY_LOCK_INT4_INT4:
    case F_PG_TRY_ADVISORY_LOCK_SHARED_INT4_INT4:
        return true;
    default:
        return false;
    }
}

void on_access(ObjectAccessType access, Oid class_id, Oid object, int sub_id, void *argument) {
    if (access == OAT_FUNCTION_EXECUTE) {
        if (takes_session_lock(object))
            flags.advisory_lock = advisory_lock_seen = true;
        flags.cursor = flags.cursor || object >= FirstNormalObjectId; // it may be PL/pgSQL
    }
    if (next_access)
        next_access(access, class_id, object, sub_id, argument);
}

} // namespace

void install() {
    next_utility = ProcessUtility_hook;
    ProcessUtility_hook = on_utility;
    next_access = object_access_hook;
    object_access_hook = on_access;
}

Seen seen() noexcept { return flags; }

void forget() noexcept { flags = {}; }
void forget_constraint_timing() noexcept { flags.constraint_timing = false; }

bool advisory_lock_ever() noexcept { return advisory_lock_seen; }

} // namespace mig::server::session_watch
