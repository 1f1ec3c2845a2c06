// statement_timeout, the server's own time limit: it cancels a whole call, whatever a body sets, and may come from
// places that the user does not think of.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

// Adds to an error by statement_timeout where the limit comes from, and what to set instead. Runs a query: only after
// the rollback. Any other error stays as it is.
void explain_call_timeout(pg::Error &error);

} // namespace mig::server
