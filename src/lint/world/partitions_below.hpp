// The partitions below a partitioned table, and what of a new constraint they have already.
#pragma once

#include "lint/world/world.hpp"

#include <algorithm>
#include <vector>

namespace mig::server::lint {

// Those with rows of their own, at any depth; as the catalog has them now, without what pending statements have
// dropped.
std::vector<Table *> partitions_of(World &world, Table const &parent);

// The tables with a foreign key to the table that this is a partition of; not their partitions.
std::vector<Table *> tables_referring_by_parent(World &world, Table const &partition);

// Whether each partition whose size matters passes the test. False for a table without partitions.
template <class Test>
bool partitions_have(World &world, Table const &parent, Test const &test) {
    if (parent.kind != 'p' || parent.partitions == 0)
        return false;
    std::vector<Table *> const parts = partitions_of(world, parent);
    return std::all_of(parts.begin(), parts.end(), [&](Table *part) { return part->small() || test(*part); });
}

} // namespace mig::server::lint
