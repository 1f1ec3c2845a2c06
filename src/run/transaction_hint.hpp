// Advice for errors that say that a statement cannot run in a transaction, or not together with others.
#pragma once

#include "bridge/guard.hpp"
#include "run/statement.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

// For errors of statement `index` of the step such as "cannot run inside a transaction block", "cannot be executed from
// a function", "invalid transaction termination" and "unsafe use of new value". Only where it helps, the HINT names the
// directive that lets the statement commit by itself; for SET TRANSACTION, the call that gives it a transaction of its
// own. `where`: our own line in the CONTEXT.
void advise_no_transaction(pg::Error &error, Step const &step, std::size_t index, Level level,
                           std::string const &where);

} // namespace mig::server
