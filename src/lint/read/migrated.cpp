#include "lint/read/migrated.hpp"

namespace mig::server::lint {

void HeldLocks::add(Held held) {
    // What holds off reads too holds off writes.
    if (known_.count({held.relation, true}) > 0 || !known_.insert({held.relation, held.exclusive}).second)
        return;
    relations_.insert(held.relation);
    all_.push_back(std::move(held));
    Held const *const one = &all_.back();
    any_.all.push_back(one);
    if (one->exclusive)
        exclusive_.all.push_back(one);
    if (!one->relation->small())
        felt_.push_back(one);
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
