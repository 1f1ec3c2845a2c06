#include "lint/read/earlier_effects.hpp"

namespace mig::server::lint {

void HeldLocks::add(Lock lock) {
    // A lock that blocks reads blocks writes as well: after an exclusive lock there is nothing to add.
    if (known_.count({lock.relation, true}) > 0 || !known_.insert({lock.relation, lock.exclusive}).second)
        return;
    relations_.insert(lock.relation);
    all_.push_back(std::move(lock));
    Lock const *const added = &all_.back();
    any_.all.push_back(added);
    if (added->exclusive)
        exclusive_.all.push_back(added);
    if (!added->relation->small())
        noticeable_.push_back(added);
}

HeldLocks::Lock const *HeldLocks::Queue::front() const {
    while (first < all.size() && all[first]->relation->dropped)
        ++first;
    return first < all.size() ? all[first] : nullptr;
}

HeldLocks::Lock const *HeldLocks::first_held() const {
    Lock const *const exclusive = exclusive_.front();
    return exclusive ? exclusive : any_.front();
}

} // namespace mig::server::lint
