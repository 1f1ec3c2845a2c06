#include "rehearsal/acquired_locks.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"

namespace mig::server {

void AcquiredLocks::track(Oid oid, KnownRelation *relation, LOCKMASK modes) {
    for (LOCKMODE mode = NoLock + 1; mode <= MaxLockMode; ++mode) {
        if (!(modes & LOCKBIT_ON(mode)))
            continue;
        LOCALLOCK const *const entry = pg::guarded([=] {
            LOCKTAG tag;
            SET_LOCKTAG_RELATION(tag, MyDatabaseId, oid);
            return pg::holds_lock(&tag, mode) ? pg::local_lock(&tag, mode) : nullptr;
        });
        if (entry)
            tracked_.push_back({entry, 0, {oid, relation, mode}});
    }
}

// A count that has fallen was that of something that was rolled back.
std::vector<AcquiredLocks::Acquired> AcquiredLocks::take() {
    std::vector<Acquired> found;
    for (Tracked &tracked : tracked_) {
        std::int64_t const times = tracked.entry->nLocks;
        if (times == tracked.times)
            continue;
        if (times > tracked.times)
            found.push_back(tracked.lock);
        tracked.times = times;
    }
    return found;
}

} // namespace mig::server
