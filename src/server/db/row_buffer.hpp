// Rows that are being collected, as PODs for guarded frames: add() raises ERRORs as the server does.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::server {

struct RowBuffer {
    MemoryContext memory; // holds the arrays and what the values point to
    Datum *values;
    bool *nulls;
    int columns;
    std::uint64_t count, capacity;

    // Makes room for one more row; the index of its first cell.
    std::size_t add();
};

} // namespace mig::server
