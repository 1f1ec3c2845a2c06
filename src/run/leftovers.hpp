// Removes what unfinished statements left behind, before their migration runs again or is rolled back.
#pragma once

#include "run/run_context.hpp"
#include "server/db/transactions.hpp"

namespace mig::server {

// Removes each leftover at top level in a transaction of its own; commits. It does so with the rights of the session:
// what those do not allow stays, with a WARNING, and does no harm. The statement that the step resumes at cleans up
// after itself (repair_of()).
void remove_leftovers(Transactions &transactions, RunContext &context, Step const &step);

// The same in the open transaction, without CONCURRENTLY.
void remove_leftovers_in_transaction(RunContext &context, Step const &step);

// The WARNING about one that stays. `sql`: the statement that would remove it, for the HINT.
void warn_about_leftover(Step const &step, pg::Error const &error, std::string const &sql);

} // namespace mig::server
