// A set of OIDs for hooks: no exceptions, no destructor.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::server {

// Open addressing; size is a power of two. Trivial, so that a static one needs no constructor. The memory is in
// TopMemoryContext, and clear() keeps it for the next use.
struct OidSet {
    Oid *slots;
    std::uint32_t size, used;

    bool contains(Oid oid) const { return size > 0 && slots[place_of(oid)] == oid; }

    // Raises an ERROR when out of memory.
    void add(Oid oid) {
        if (size > 0 && contains(oid))
            return;
        if (2 * (used + 1) > size)
            grow();
        slots[place_of(oid)] = oid;
        ++used;
    }

    void clear() {
        for (std::uint32_t i = 0; used > 0 && i < size; ++i)
            slots[i] = InvalidOid;
        used = 0;
    }

  private:
    // The slot that holds the OID, or the empty one for it.
    std::uint32_t place_of(Oid oid) const {
        std::uint32_t place = oid * 2654435761U & (size - 1); // Knuth's multiplicative hash
        while (slots[place] != InvalidOid && slots[place] != oid)
            place = (place + 1) & (size - 1);
        return place;
    }

    void grow() {
        std::uint32_t const wanted = size == 0 ? 64 : 2 * size;
        auto *const bigger = static_cast<Oid *>(MemoryContextAllocZero(TopMemoryContext, sizeof(Oid) * wanted));
        Oid *const old = slots;
        std::uint32_t const old_size = size;
        slots = bigger;
        size = wanted;
        for (std::uint32_t i = 0; i < old_size; ++i)
            if (old[i] != InvalidOid)
                slots[place_of(old[i])] = old[i];
        if (old)
            pfree(old);
    }
};

} // namespace mig::server
