// A failed migration stays in the history although its work is rolled back.
#pragma once

#include "run/run_context.hpp"
#include "server/db/transactions.hpp"

namespace mig::server {

// In a transaction that is not aborted; commits. Never throws what would hide the failure itself: when it cannot be
// recorded, a WARNING says so.
void record_failure(Transactions &transactions, RunContext &context, Step const &step, Stopwatch const &stopwatch,
                    std::string const &message, std::string const &sqlstate, class StatementLog *log = nullptr);

} // namespace mig::server
