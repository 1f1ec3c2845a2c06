// Who has to receive the WAL that a migration writes.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

// `; 2 standbys have to receive that much WAL, and lag meanwhile; ...`, or empty if there are none. For the end of a
// message that names an amount of data.
std::string wal_note(World &world);

} // namespace mig::server::lint
