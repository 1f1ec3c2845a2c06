// What statements that never came to their end have left, taken away before the migration runs again or is rolled back.
#pragma once

#include "run/run_context.hpp"
#include "server/db/transactions.hpp"

namespace mig::server {

// Each in a transaction of its own, at top level; commits. With the rights of the session: what it may not take away is
// a WARNING with a HINT, and in nobody's way. The statement that the step goes on at is left to it.
void sweep(Transactions &transactions, RunContext &context, Step const &step);

// The WARNING and its HINT. `sql`: what would have taken it away.
void warn_that_it_stays(Step const &step, pg::Error const &error, std::string const &sql);

// In the transaction that is open, each in its plain form.
void sweep_in_transaction(RunContext &context, Step const &step);

} // namespace mig::server
