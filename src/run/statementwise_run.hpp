// Executes a migration that cannot run in one transaction: statement by statement at top level, except that each block
// that it begins and commits itself is one transaction. Each start and end is recorded, so that an interrupted run
// resumes where it stopped; an interrupted block runs again as a whole.
#pragma once

#include "run/run_context.hpp"
#include "server/db/transactions.hpp"
#include "server/lock/run_lock.hpp"

namespace mig::server {

// Writes the history too; returns the milliseconds that it took. What it throws has been recorded.
double run_statement_by_statement(Transactions &transactions, SessionRunLock &lock, RunContext &context,
                                  Step const &step);

} // namespace mig::server
