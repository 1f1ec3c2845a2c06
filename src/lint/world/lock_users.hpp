// Who holds a table right now, and will not let go of it soon.
#pragma once

#include "lint/world/lock_user.hpp"
#include "lint/world/world.hpp"

namespace mig::server::lint {

// Sessions whose lock conflicts with `mode` and whose transaction is a minute old, and autovacuums to prevent
// wraparound. Asked once for all tables.
std::vector<LockUser> users_of(World &world, Oid relation, LOCKMODE mode);

} // namespace mig::server::lint
