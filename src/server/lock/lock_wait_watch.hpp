// Which lock this session waits for, and who blocks it. A lock timeout is raised once the wait is over, and the server
// does not say who held the lock: so a timer looks during the wait.
//
// The client is told after deadlock_timeout who blocks: then the server itself leaves its sleep to look for a deadlock,
// and logs the wait if log_lock_waits is on. While a migration waits for that long, it is on; what the server logs
// because of that is taken out again.
#pragma once

#include "bridge/guard.hpp"
#include "bridge/hooks.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

// Lives as long as the run. A hundred signals a second have no measurable cost; a wait shorter than their interval is
// not seen.
class LockWaitWatch {
  public:
    static pg::Watcher const watcher;

    // `place`: what waits, as a NOTICE calls it. Must stay alive.
    explicit LockWaitWatch(std::string const &place);
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
