// A growing array for guarded frames and hooks: PODs only, no destructor.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::pg {

// All zero is the empty list. The memory is that of the context in which the first item was added, and goes with it.
template <class T>
struct PodList {
    static_assert(std::is_trivially_copyable_v<T>, "only PODs may cross a guarded frame");

    T *items;
    std::size_t count, room;

    // Room for `more` items behind the last, which count from now on. Raises an ERROR when memory is out.
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
        T const copy = item; // it may be one of the list
        *extend(1) = copy;
    }

    T const *begin() const { return items; }
    T const *end() const { return items + count; }
};

} // namespace mig::pg
