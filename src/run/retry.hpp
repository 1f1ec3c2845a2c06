// The pause before another try of a migration that did not get its locks.
#pragma once

#include "server/db/transactions.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

// Sends a NOTICE with the cause and who is in the way, and sleeps, longer for each `retry`, without any lock but the
// run lock and without a snapshot. In a transaction that is not aborted; ends it.
void wait_before_retry(Transactions &transactions, Step const &step, pg::Error const &error, int retry, int retries);

} // namespace mig::server
