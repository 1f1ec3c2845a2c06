// A failed migration stays in the history although its work is rolled back.
#pragma once

#include "run/run_context.hpp"
#include "server/db/transactions.hpp"

namespace mig::server {

class StatementLog;

// Adds to the error of a run what the server's own texts do not say: who was in the way of a lock, which limit on time
// it was, which lock was held for too long. In a transaction that is not aborted.
void explain_failure(AnyError &error);

// In a transaction that is not aborted; commits. Never throws what would hide the failure itself: when it cannot be
// recorded, a WARNING says so.
void record_failure(Transactions &transactions, RunContext &context, Step const &step, Stopwatch const &stopwatch,
                    AnyError const &failure, StatementLog *log = nullptr);

} // namespace mig::server
