// Session-level advisory locks: what a migration took is given back, what the caller holds stays (promise 7).
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

struct HeldLock {
    LOCKTAG tag;
    LOCKMODE mode;
    int count; // how often the session holds it, beside what transactions hold
};

// The run lock, which is the transaction's, counts 0 times.
std::vector<HeldLock> session_locks();

// Gives back what is held more often than in `before`.
void release_locks_beyond(std::vector<HeldLock> const &before);

} // namespace mig::server
