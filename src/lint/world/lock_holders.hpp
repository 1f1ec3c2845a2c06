// Which sessions hold a lock on a table right now and are unlikely to release it soon.
#pragma once

#include "lint/world/lock_holder.hpp"
#include "lint/world/world.hpp"

namespace mig::server::lint {

// Sessions that hold a conflicting lock and whose transaction is more than a minute old, and anti-wraparound
// autovacuums. pg_locks is read once per lint(), for all tables. `mode` is the one that a statement asks for.
std::vector<LockHolder> conflicting_lock_holders(World &world, Oid relation, LOCKMODE mode);

} // namespace mig::server::lint
