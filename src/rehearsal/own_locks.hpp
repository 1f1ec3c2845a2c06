// Which relation locks this session has taken since it was last asked.
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
    PROCLOCK *place; // in the lock table; null: in none
};

// What a statement takes and keeps, the server appends to the lists of its session's locks; so only their ends are
// read, however many locks there are.
class OwnLocks {
  public:
    // Where the lists ended. A lock that is there when a statement has ended is there until the subtransaction ends.
    struct Ends {
        PROCLOCK *last[NUM_LOCK_PARTITIONS] = {};
    };

    // Relations of this database only. One that was known may come again.
    std::vector<OwnLock> added();

    Ends const &ends() const noexcept { return ends_; }
    // What was taken since has been given back by a rollback.
    void go_back_to(Ends const &ends) noexcept { ends_ = ends; }

  private:
    ScratchMemory const scratch_{"migrator own locks"};
    Ends ends_;
};

} // namespace mig::server
