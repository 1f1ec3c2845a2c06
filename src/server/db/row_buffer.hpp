// Rows that are being collected, as PODs for guarded frames.
#pragma once

#include "bridge/pod_list.hpp"

namespace mig::server {

struct RowBuffer {
    MemoryContext memory; // holds the cells and what their values point to
    pg::PodList<Datum> values;
    pg::PodList<bool> nulls;
    int columns;
    std::uint64_t count;

    // Makes room for one more row; the index of its first cell. While `memory` is the current context; raises ERRORs as
    // the server does.
    std::size_t add() {
        auto const cells = static_cast<std::size_t>(columns);
        (void) values.extend(cells);
        (void) nulls.extend(cells);
        return count++ * cells;
    }
};

} // namespace mig::server
