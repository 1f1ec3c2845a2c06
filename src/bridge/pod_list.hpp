// A growing array for guarded frames and hooks: PODs only, no destructor.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::pg {

// All zero is the empty list. Allocates in the memory context that is current when the first item is added, and is
// freed with it.
template <class T>
struct PodList {
    static_assert(std::is_trivially_copyable_v<T>, "only PODs may cross a guarded frame");

    T *items;
    std::size_t count, room;

    // Appends `more` items, for the caller to fill in, and returns the first. Raises an ERROR when out of memory.
    [[nodiscard]] T *extend(std::size_t more) {
        if (count + more > room) {
            std::size_t const wanted = count + more > 2 * room ? count + more : 2 * room;
            room = wanted < 16 ? 16 : wanted;
            Size const size = sizeof(T) * room;
            items = static_cast<T *>(items ? repalloc_huge(items, size)
                                           : MemoryContextAllocHuge(CurrentMemoryContext, size));
        }
        T *const first = items + count;
        count += more;
        return first;
    }

    void add(T const &item) {
        T const copy = item; // it may be in the list, which extend() moves
        *extend(1) = copy;
    }

    T const *begin() const { return items; }
    T const *end() const { return items + count; }
};

} // namespace mig::pg
