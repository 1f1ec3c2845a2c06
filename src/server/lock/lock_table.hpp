// All locks of the server, as in pg_locks, without SQL.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

// Calls visit(LockInstanceData const &) for each lock that is held or awaited. For guarded frames: raises ERRORs as the
// server does. Leaves its copy of the lock table in the current memory context.
template <class Visit>
void visit_locks_pg(Visit visit) {
    LockData const *const all = GetLockStatusData();
    for (int i = 0; i < all->nelements; ++i)
        visit(const_cast<LockInstanceData const &>(all->locks[i]));
}

} // namespace mig::server
