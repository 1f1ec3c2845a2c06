// What a migration did to the objects of the database.
#pragma once

#include "core/conflict/touched_object.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mig {

// What one migration did, in order.
struct Touches {
    std::string version;
    bool applied = false; // it ran before all that are pending
    std::vector<TouchedObject> objects = {};
    // Set if it failed; what it did before that is in `objects`.
    struct Stop {
        std::string sqlstate, message, detail;
    };
    std::optional<Stop> stop = std::nullopt;
};

// Of two migrations that touch the same object.
struct Conflict {
    std::string version_a, version_b; // a is the one that was rehearsed, or applied, first
    std::string object, why;
};

} // namespace mig
