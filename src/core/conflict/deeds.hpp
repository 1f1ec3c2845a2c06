// What migrations did, by the things that they did it to: under whatever names these were known meanwhile.
#pragma once

#include "core/conflict/touches.hpp"

#include <map>

namespace mig {

// What a migration did to one thing: an object, or a column or constraint of it.
enum class Act : unsigned char { created, dropped, renamed, set, built_on, used };

struct Deed {
    std::size_t migration;
    Act act;
    std::string property; // of `set`: TYPE, DEFAULT, ...
    std::string text;     // for the reader
    // The name by which a later migration knows it.
    std::string new_name = {};
};

struct Thing {
    std::string name; // for the reader
    std::vector<Deed> deeds;
};

// By the key of each. The deeds on a thing are in the order of the migrations.
std::map<std::string, Thing> deeds_by_thing(std::vector<Touches> const &migrations);

} // namespace mig
