// Planning a query without executing it.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "executor/executor.h"
#include "nodes/plannodes.h"
#include "optimizer/planner.h"
}

namespace mig::pg {

// Without planner_hook. 19 added EXPLAIN's state (c83ac02ec7).
inline PlannedStmt *plan_by_itself(Query *query) {
#if PG_VERSION_NUM >= 190000
    return standard_planner(query, nullptr, 0, nullptr, nullptr);
#else
    return standard_planner(query, nullptr, 0, nullptr);
#endif
}

// Whether the current user may execute it: the planner has used statistics without asking. 16 moved the privileges out
// of the range table (a61b1f7482).
inline bool may_execute(PlannedStmt const *planned) {
#if PG_VERSION_NUM >= 160000
    return ExecCheckPermissions(planned->rtable, planned->permInfos, false);
#else
    return ExecCheckRTPerms(planned->rtable, false);
#endif
}

} // namespace mig::pg
