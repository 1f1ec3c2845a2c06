#include "rehearsal/own_locks.hpp"

#include "bridge/compat.hpp"
#include "bridge/pod_list.hpp"
#include "server/lock/lock_table.hpp"

namespace mig::server {

namespace {

using List = pg::PodList<OwnLock>;

bool is_relation_lock(LOCKTAG const &tag) {
    return tag.locktag_type == LOCKTAG_RELATION && tag.locktag_lockmethodid == DEFAULT_LOCKMETHOD;
}

// The new end is always a relation lock: an advisory lock can be released in the middle of a transaction.
PROCLOCK *read_partition(int partition, PROCLOCK *end, List &found) {
    PROCLOCK *last = nullptr;
    visit_own_locks_pg(partition, [&](PROCLOCK &lock) {
        if (&lock == end)
            return false;
        LOCKTAG const &tag = lock.tag.myLock->tag;
        if (!is_relation_lock(tag))
            return true;
        last = last ? last : &lock;
        if (tag.locktag_field1 == MyDatabaseId)
            found.add({tag.locktag_field2, lock.holdMask, &lock});
        return true;
    });
    return last ? last : end;
}

// Weak locks, which are in no partition until another session wants a strong one (fpRelId in lock.c).
void read_fast_path(List &found) {
    LWLockAcquire(&MyProc->fpInfoLock, LW_SHARED);
    for (int slot = 0; slot < pg::fast_path_slots(); ++slot)
        if (LOCKMASK const modes = pg::fast_path_modes(slot))
            found.add({MyProc->fpRelId[slot], modes, nullptr});
    LWLockRelease(&MyProc->fpInfoLock);
}

List read(OwnLocks::Ends *ends) {
    List found{};
    read_fast_path(found);
    for (int i = 0; i < NUM_LOCK_PARTITIONS; ++i)
        ends->last[i] = read_partition(i, ends->last[i], found);
    return found;
}

} // namespace

std::vector<OwnLock> OwnLocks::added() {
    Ends *const ends = &ends_;
    List const found = scratch_.run([=] { return read(ends); });
    std::vector<OwnLock> locks(found.begin(), found.end());
    scratch_.clear();
    return locks;
}

} // namespace mig::server
