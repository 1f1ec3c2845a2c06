#include "server/db/row_buffer.hpp"

namespace mig::server {

std::size_t RowBuffer::add() {
    if (count == capacity) {
        MemoryContext const before = MemoryContextSwitchTo(memory);
        capacity = capacity == 0 ? 16 : 2 * capacity;
        Size const cells = capacity * static_cast<Size>(columns);
        values =
            static_cast<Datum *>(values ? repalloc_huge(values, cells * sizeof(Datum)) : palloc(cells * sizeof(Datum)));
        nulls = static_cast<bool *>(nulls ? repalloc_huge(nulls, cells) : palloc(cells));
        MemoryContextSwitchTo(before);
    }
    return count++ * static_cast<std::size_t>(columns);
}

} // namespace mig::server
