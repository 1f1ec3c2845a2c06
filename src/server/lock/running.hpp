// The run that is under way in this database, as any session may see it.
#pragma once

#include "server/lock/run_lock_holder.hpp"

namespace mig::server {

// One row, or none. Columns: pid, query, user, client, since, start of the statement, wait event type, wait event,
// blocking pids, who they are, phase, percent done. Read as the owner: what the run itself executes
// is shown to whoever may ask, the queries of those who block it as pg_stat_activity would.
Rows running();

} // namespace mig::server
