// Executes a migration that cannot run in one transaction: statement by statement at top level, and the blocks that it
// begins and commits itself each in one transaction. Each start and end is recorded, so that a run that was cut off
// goes on where it stopped; a block that was cut off runs again as a whole.
#pragma once

#include "run/run_context.hpp"
#include "server/db/transactions.hpp"
#include "server/lock/run_lock.hpp"

namespace mig::server {

// Writes the history too; milliseconds that it took. What it throws is recorded.
double statement_by_statement(Transactions &transactions, SessionRunLock &lock, RunContext &context, Step const &step);

} // namespace mig::server
