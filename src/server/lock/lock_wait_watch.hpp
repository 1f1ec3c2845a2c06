// Which lock this session waits for, and who blocks it. A lock timeout is raised once the wait is over, and the server
// does not say who held the lock: so a timer looks during the wait.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

// Lives as long as the run. A hundred signals a second have no measurable cost; a wait shorter than their interval is
// not seen.
class LockWaitWatch {
  public:
    LockWaitWatch();
    ~LockWaitWatch();
    LockWaitWatch(LockWaitWatch const &) = delete;
    LockWaitWatch &operator=(LockWaitWatch const &) = delete;
};

struct AwaitedLock {
    LOCKTAG tag;
    LOCKMODE mode;
    int ms; // the length of the wait so far, in steps of 10
};

std::optional<AwaitedLock> last_awaited_lock();
void forget_awaited_lock() noexcept;

// `process 123 (user app, application psql, transaction open for 00:01:02): SELECT ...; process 124 ...`: who holds the
// lock, or else waits for it; empty if nobody does any more. Not in an aborted transaction.
std::string blockers_of(AwaitedLock const &awaited);

} // namespace mig::server
