// Which relation locks this session has taken since the last call.
#pragma once

#include "server/db/scratch_memory.hpp"

#include <vector>

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

struct OwnLock {
    Oid relation;
    LOCKMASK modes;  // all that are held
    PROCLOCK *entry; // in the shared lock table; null: on the fast path
};

// The server appends each new lock to the session's list in one of the partitions of the lock table, and relation locks
// stay until the subtransaction ends: so only the ends of the lists are read, however many locks there are.
class OwnLocks {
  public:
    // Where the lists ended.
    struct Ends {
        PROCLOCK *last[NUM_LOCK_PARTITIONS] = {};
    };

    // On relations of this database only. A lock may be returned more than once.
    std::vector<OwnLock> added();

    Ends const &ends() const noexcept { return ends_; }
    // After a rollback that has released what was taken since.
    void restore(Ends const &ends) noexcept { ends_ = ends; }

  private:
    ScratchMemory const scratch_{"migrator own locks"};
    Ends ends_;
};

} // namespace mig::server
