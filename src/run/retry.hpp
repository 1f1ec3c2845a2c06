// The pause before a migration that did not get its locks is tried again.
#pragma once

#include "server/db/transactions.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

// Tells the client why, by what it raised, and who is in the way, and sleeps, the longer the higher `retry`, holding neither lock nor snapshot but
// the run lock. In a transaction that is not aborted; ends it.
void wait_before_retry(Transactions &transactions, Step const &step, pg::Error const &error, int retry, int retries);

} // namespace mig::server
