// What migrations did, by the objects and parts of objects that they did it to. These are followed through renames.
#pragma once

#include "core/conflict/touches.hpp"

#include <map>

namespace mig {

enum class Act : unsigned char { created, dropped, renamed, set, built_on, used };

// What a migration did to one object, or to a column, constraint or enum value of it.
struct Effect {
    std::size_t migration;
    Act act;
    std::string property; // of `set`: TYPE, DEFAULT, ...
    std::string text;     // for the reader
    // The name by which a later migration knows it.
    std::string new_name = {};
    // Of `set`: two that are equal set the same. Of `created`: two that are equal create the same. Empty: not known.
    std::string value = {};
    bool conditional = false; // of `created`: does not fail if it is there
};

struct ObjectOrPart {
    std::string name;            // for the reader
    std::vector<Effect> effects; // in the order of the migrations
};

// By a key that renames do not change.
std::map<std::string, ObjectOrPart> effects_by_object(std::vector<Touches> const &migrations);

} // namespace mig
