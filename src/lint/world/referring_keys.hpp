// The foreign keys of other tables that refer to one.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

struct ReferringKey {
    Table *table; // that has the key; never null, and not dropped by then
    std::string name;
};

// As the catalog has them now, those included that earlier pending statements have dropped: the table has no constraint
// of that name then. Of a partitioned table each partition that refers has a key of its own.
std::vector<ReferringKey> keys_referring_to(World &world, std::uint32_t relation);

} // namespace mig::server::lint
