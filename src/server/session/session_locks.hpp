// Session-level advisory locks: what a migration took is released, what the caller holds stays (promise 7 of the
// design).
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

struct HeldLock {
    LOCKTAG tag;
    LOCKMODE mode;
    int count; // how often the session holds it; transaction-level holds are not counted
};

// The run lock, if held by the transaction, has a count of 0.
std::vector<HeldLock> session_locks();

// Releases what is held more often than in `before`.
void release_locks_beyond(std::vector<HeldLock> const &before);

} // namespace mig::server
