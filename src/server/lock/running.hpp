// The run that is under way in this database, as any session may see it.
#pragma once

#include "server/lock/run_lock_holder.hpp"

namespace mig::server {

struct RunningColumn {
    enum : int {
        pid,
        query,
        session_role,
        client,
        run_since,
        statement_since,
        wait_event_type,
        wait_event,
        blocked_by, // integer[]
        blockers,
        phase,
        percent_done,
    };
};

// One row of these columns, or none. Read as the owner: what the run itself executes is shown to whoever may call this,
// the queries of those who block it only as pg_stat_activity would show them.
Rows running();

} // namespace mig::server
