// What ALTER COLUMN ... TYPE does to the table, decided as the server decides it.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

struct TypeChange {
    enum class Effect : unsigned char {
        none,
        rewrite,
        fails, // there is no assignment cast to the new type, and no USING
        unknown,
    };
    Effect effect = Effect::unknown;
    // If the table is not rewritten:
    std::vector<std::string> rebuilt;   // indexes to rebuild
    std::vector<std::string> rechecked; // CHECK constraints to check again, by a scan of the table
};

// Of `ALTER COLUMN ... TYPE` on this table. Plans only casts that the server itself has, and executes nothing. Unknown
// for a column or a type that does not exist, for a domain that a pending statement creates, and where the server
// raises an ERROR.
TypeChange type_change(World &world, Table &table, AlterTableCmd const *command);

} // namespace mig::server::lint
