// Who has to take the WAL that a migration writes.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

// `; 2 standbys and 1 replication slot have to take that much WAL`, or nothing when there are none.
std::string wal_note(World &world);

} // namespace mig::server::lint
