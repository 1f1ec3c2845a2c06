// All locks of the server, as pg_locks has them, without SQL.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

// Calls visit(LockInstanceData const &) for each that is held or awaited. For guarded frames: raises ERRORs as the
// server does. What it reads stays in the current memory context.
template <class Visit>
void visit_locks_pg(Visit visit) {
    LockData const *const all = GetLockStatusData();
    for (int i = 0; i < all->nelements; ++i)
        visit(const_cast<LockInstanceData const &>(all->locks[i]));
}

} // namespace mig::server
