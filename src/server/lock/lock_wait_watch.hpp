// Which lock this session waits for, and who is in its way. A lock time-out comes when the wait is over, and the server
// says nothing of who it was; so a timer looks meanwhile.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

// For the length of a run. A hundred signals a second cost nothing that could be measured; a wait shorter than that is
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
    int ms; // that it was waited for, to the next 10
};

std::optional<AwaitedLock> last_awaited_lock();
void forget_awaited_lock() noexcept;

// `process 123 (user app, application psql, transaction open for 00:01:02): SELECT ...; process 124 ...`: who holds it,
// or else waits for it; empty when nobody does any more. In a transaction that is not aborted.
std::string blockers_of(AwaitedLock const &awaited);

} // namespace mig::server
