// The lock table of the server, as in pg_locks, without SQL. For guarded frames: raises ERRORs as the server does.
#pragma once

#include "bridge/compat.hpp"

extern "C" {
#include "storage/lock.h"
#include "storage/lwlock.h"
}

namespace mig::server {

// Calls visit(LockInstanceData const &) for each lock that is held or awaited, by any session. Leaves its copy of the
// lock table in the current memory context. While it copies, nobody can take a lock: GetLockStatusData() holds all
// partitions together.
template <class Visit>
void visit_locks_pg(Visit visit) {
    LockData const *const all = GetLockStatusData();
    for (int i = 0; i < all->nelements; ++i)
        visit(const_cast<LockInstanceData const &>(all->locks[i]));
}

// Calls visit(PROCLOCK &) for this session's locks in one partition of the shared lock table, the newest first, until it
// returns false: SetupLockInTable() appends each to the session's list (myProcLocks). Weak locks on relations are in the
// fast path, in no partition. Holds the partition, so `visit` must be short.
template <class Visit>
void visit_own_locks_pg(int partition, Visit visit) {
    LWLock *const mutex = LockHashPartitionLockByIndex(partition);
    LWLockAcquire(mutex, LW_SHARED);
    PROCLOCK *lock = pg::previous_proclock(partition, nullptr);
    while (lock && visit(*lock))
        lock = pg::previous_proclock(partition, lock);
    LWLockRelease(mutex);
}

// In all partitions, all of them.
template <class Visit>
void visit_own_locks_pg(Visit visit) {
    for (int partition = 0; partition < NUM_LOCK_PARTITIONS; ++partition)
        visit_own_locks_pg(partition, [&](PROCLOCK &lock) {
            visit(const_cast<PROCLOCK const &>(lock));
            return true;
        });
}

} // namespace mig::server
