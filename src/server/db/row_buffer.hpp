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
    char *free; // of the block that values are copied to
    Size free_size, block_size;

    // Appends a row and returns the index of its first cell. Call it with `memory` as the current context; it raises
    // an ERROR when out of memory.
    std::size_t add() {
        auto const cells = static_cast<std::size_t>(columns);
        (void) values.extend(cells);
        (void) nulls.extend(cells);
        return count++ * cells;
    }

    // Room for a value, aligned as its predecessors' sizes are; one block holds many, because a chunk for each would take
    // as much again. Raises ERRORs too.
    char *take(Size size) {
        constexpr Size least = 1 << 10, most = 1 << 17;
        if (size >= most)
            return static_cast<char *>(MemoryContextAllocHuge(memory, size));
        if (free_size < size) {
            block_size = Min(Max(2 * block_size, Max(least, size)), most);
            free_size = block_size;
            free = static_cast<char *>(MemoryContextAlloc(memory, free_size));
        }
        char *const result = free;
        free += size;
        free_size -= size;
        return result;
    }
};

} // namespace mig::server
