// The objects that the database has, but for those of the server itself, of migrator, and temporary ones.
#pragma once

#include "core/inventory/comparison.hpp"

namespace mig::server {

// In the order of their kinds, and then of their names. Read as the extension's owner.
std::vector<DatabaseObject> database_objects();

} // namespace mig::server
