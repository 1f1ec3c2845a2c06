// Who holds a table right now, and will not let go of it soon.
#pragma once

#include "server/lint/world.hpp"

extern "C" {
#include "storage/lockdefs.h"
}

namespace mig::server::lint {

struct LockUser {
    std::int32_t pid;
    std::string mode;        // AccessShareLock
    std::string description; // session 4711 (role app, idle in transaction for 12 min)
    bool wraparound;         // an autovacuum that does not give way
    LOCKMODE lock_mode;
};

// Sessions whose lock conflicts with `mode` and whose transaction is a minute old, and autovacuums to prevent
// wraparound. Asked once for all tables.
std::vector<LockUser> users_of(World &world, Oid relation, LOCKMODE mode);

} // namespace mig::server::lint
