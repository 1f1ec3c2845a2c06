// The record of a failed migration, which stays although its work is rolled back.
#pragma once

#include "run/run_context.hpp"
#include "server/db/transactions.hpp"

namespace mig::server {

class StatementLog;

// Adds to the error of a run what the server's messages do not say: who blocked a lock, which time limit was reached,
// which lock was held for too long. In a transaction that is not aborted.
void explain_failure(AnyError &error);

// Adds a HINT to the error of a statement that only another text, or other data, can help. `resumes`: what ran of its
// migration stays.
void advise_correction(AnyError &error, RunContext const &context, bool resumes);

// In a transaction that is not aborted; commits. Throws nothing that would hide the failure itself: if it cannot be
// recorded, that is a WARNING. `log`: of a migration that runs statement by statement, whose statement is recorded too.
void record_failure(Transactions &transactions, RunContext &context, Step const &step, Stopwatch const &stopwatch,
                    AnyError const &failure, StatementLog *log = nullptr);

} // namespace mig::server
