// What a new column makes of the table, for rules other than that about rewrites.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

// Whether adding the column writes all rows of the table.
bool rewrites_table(World &world, ColumnDef const *column);

} // namespace mig::server::lint
