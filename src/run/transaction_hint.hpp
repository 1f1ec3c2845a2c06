// What to do about an error that says that a statement cannot be in a transaction, or not with others.
#pragma once

#include "bridge/guard.hpp"
#include "run/statement.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

// Of what statement `index` of the step raised: "cannot run inside a transaction block", "cannot be executed from a
// function", "invalid transaction termination", "unsafe use of new value". Where it helps, and only there, the HINT names
// the directive that lets the statement commit by itself; of SET TRANSACTION, what gives it a transaction. `where`: the
// CONTEXT line that is ours.
void advise_no_transaction(pg::Error &error, Step const &step, std::size_t index, Level level,
                           std::string const &where);

} // namespace mig::server
