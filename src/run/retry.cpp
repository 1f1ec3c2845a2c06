#include "run/retry.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/base/backoff.hpp"
#include "server/db/nap.hpp"
#include "server/lock/lock_limit.hpp"

#include <algorithm>

extern "C" {
#include "common/pg_prng.h"
#include "utils/timestamp.h"
}

namespace mig::server {

void wait_before_retry(Transactions &transactions, Step const &step, pg::Error const &error, int retry,
                       int retries) {
    std::int64_t const pause = backoff_ms(retry, pg_prng_double(&pg_global_prng_state));
    std::string const in_the_way = blockers();
    pg::notice("migration " + label(*step.migration) +
               (is_deadlock(error) ? " met a deadlock, try " : " did not get a lock in time, try ") +
               std::to_string(retry + 1) + " of " + std::to_string(retries + 1) + " follows in " +
               std::to_string(pause) + " ms" + (in_the_way.empty() ? "" : "; blocked by: " + in_the_way));
    transactions.commit(); // releases all locks of the failed try
    std::int64_t const end = GetCurrentTimestamp() + pause * 1000;
    for (std::int64_t left = pause; left > 0; left = (end - GetCurrentTimestamp()) / 1000)
        sleep_ms(static_cast<long>(left), pg::lock_retry_wait_event);
}

} // namespace mig::server
