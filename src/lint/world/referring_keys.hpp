// The foreign keys that refer to a table.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

struct ReferringKey {
    Table *table; // the referencing one; never null, and not dropped by a pending statement
    std::string name;
};

// As the catalog has them now, including those that an earlier pending statement drops: `table` then has no constraint
// of that name. Each partition of a referencing partitioned table has a key of its own.
std::vector<ReferringKey> keys_referring_to(World &world, std::uint32_t relation);

} // namespace mig::server::lint
