// Rows while they are collected: PODs, for guarded frames.
#pragma once

#include "bridge/pod_list.hpp"

namespace mig::server {

struct RowBuffer {
    MemoryContext memory; // holds the cells and what their values point to
    pg::PodList<Datum> values;
    pg::PodList<bool> nulls;
    int columns;
    std::uint64_t count;

    // Appends a row and returns the index of its first cell. Call it with `memory` as the current context; it raises
    // an ERROR when out of memory.
    std::size_t add() {
        auto const cells = static_cast<std::size_t>(columns);
        (void) values.extend(cells);
        (void) nulls.extend(cells);
        return count++ * cells;
    }
};

} // namespace mig::server
