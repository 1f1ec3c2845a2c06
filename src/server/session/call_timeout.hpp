// statement_timeout: the server's own limit on time, which ends a whole call, whatever a body sets, and comes from
// places that the user may not think of.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

// Adds to an error by statement_timeout where the limit comes from, and what to set in its place. Runs a query: what
// failed has been rolled back. Any other error stays as it is.
void explain_call_timeout(pg::Error &error);

} // namespace mig::server
