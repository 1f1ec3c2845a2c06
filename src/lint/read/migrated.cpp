#include "lint/read/migrated.hpp"

namespace mig::server::lint {

void HeldLocks::add(Held held) {
    // A lock that blocks reads blocks writes as well: after an exclusive lock there is nothing to add.
    if (known_.count({held.relation, true}) > 0 || !known_.insert({held.relation, held.exclusive}).second)
        return;
    relations_.insert(held.relation);
    all_.push_back(std::move(held));
    Held const *const lock = &all_.back();
    any_.all.push_back(lock);
    if (lock->exclusive)
        exclusive_.all.push_back(lock);
    if (!lock->relation->small())
        noticeable_.push_back(lock);
}

HeldLocks::Held const *HeldLocks::Queue::front() const {
    while (first < all.size() && all[first]->relation->dropped)
        ++first;
    return first < all.size() ? all[first] : nullptr;
}

HeldLocks::Held const *HeldLocks::first_held() const {
    Held const *const exclusive = exclusive_.front();
    return exclusive ? exclusive : any_.front();
}

} // namespace mig::server::lint
