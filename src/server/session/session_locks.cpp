#include "server/session/session_locks.hpp"

#include "bridge/pod_list.hpp"
#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/lock/lock_table.hpp"

#include <cstring>
#include <set>

extern "C" {
#include "storage/proc.h"
}

namespace mig::server {

namespace {

// pg_locks does not tell session-level holds from transaction-level ones, and no function of the server counts either.
pg::PodList<HeldLock> advisory_locks() {
    pg::PodList<HeldLock> found{};
    visit_own_locks_pg([&](PROCLOCK const &lock) {
        LOCKTAG const &tag = lock.tag.myLock->tag;
        if (tag.locktag_type != LOCKTAG_ADVISORY)
            return;
        for (LOCKMODE mode = 1; mode <= MaxLockMode; ++mode)
            if (lock.holdMask & LOCKBIT_ON(mode))
                found.add({tag, mode, 0});
    });
    return found;
}

// Releases the session's holds one by one, and takes them again. A transaction-level hold keeps the lock itself
// meanwhile. LockRelease() only warns ("you don't own a lock") when there is nothing left to release: that ends the
// count.
int count_and_restore(LOCKTAG const &tag, LOCKMODE mode) {
    (void) LockAcquire(&tag, mode, false, true);
    int count = 0;
    while (LockRelease(&tag, mode, true))
        ++count;
    for (int i = 0; i < count; ++i)
        (void) LockAcquire(&tag, mode, true, true);
    (void) LockRelease(&tag, mode, false);
    return count;
}

struct InOrder {
    bool operator()(HeldLock const &a, HeldLock const &b) const {
        int const order = std::memcmp(&a.tag, &b.tag, sizeof a.tag);
        return order != 0 ? order < 0 : a.mode < b.mode;
    }
};

} // namespace

std::vector<HeldLock> session_locks() {
    ScratchMemory const scratch("migrator advisory locks");
    auto const found = scratch.run(advisory_locks);
    std::vector<HeldLock> locks(found.begin(), found.end());
    Quiet const quiet;
    for (HeldLock &lock : locks) {
        HeldLock *const held = &lock;
        pg::guarded([=] { held->count = count_and_restore(held->tag, held->mode); });
    }
    return locks;
}

void release_locks_beyond(std::vector<HeldLock> const &before) {
    std::set<HeldLock, InOrder> const known(before.begin(), before.end());
    for (HeldLock const &lock : session_locks()) {
        auto const was = known.find(lock);
        int surplus = lock.count - (was == known.end() ? 0 : was->count);
        HeldLock const *const held = &lock;
        for (; surplus > 0; --surplus)
            pg::guarded([=] { (void) LockRelease(&held->tag, held->mode, true); });
    }
}

} // namespace mig::server
