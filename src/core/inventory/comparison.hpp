// An inventory beside the database: what is missing there, and what it has besides.
#pragma once

#include "core/inventory/inventory.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mig {

struct DatabaseObject {
    ObjectKind kind = ObjectKind::table;
    std::string schema, table, name; // empty: of a kind that has none. A type stands for the table of its own parts
    std::string arguments, shown;    // as in Inventory::Object
    char type = ' ';                 // likewise
    bool reported = false;           // if nothing has created it: false for what comes with an object, or an extension
};

struct MissingObject {
    std::size_t migration; // that creates it
    std::string text;      // table public.users
};

struct Comparison {
    std::vector<MissingObject> missing;   // in the order in which they were created
    std::vector<std::string> not_created; // in the order of the database's objects
};

// `counts`: whether what a migration creates is reported as missing. What is part of something that is missing, or
// that nothing has created, is not reported by itself.
Comparison compare(Inventory const &inventory, std::vector<DatabaseObject> const &database,
                   std::function<bool(std::size_t migration)> const &counts);

} // namespace mig
