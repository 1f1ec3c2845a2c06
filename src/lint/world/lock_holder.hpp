// A session that holds a lock on a table.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "storage/lockdefs.h"
}

namespace mig::server::lint {

struct LockHolder {
    std::int32_t pid;
    std::string mode;        // AccessShareLock
    std::string description; // session 4711 (role app, idle in transaction for 12 min)
    bool wraparound;         // an anti-wraparound autovacuum, which a waiting lock request does not cancel
    LOCKMODE lock_mode;
};

} // namespace mig::server::lint
