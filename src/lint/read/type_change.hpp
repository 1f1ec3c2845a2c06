// What ALTER COLUMN ... TYPE will do to the table, decided as the server decides it.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

struct TypeChange {
    enum class Effect : unsigned char {
        none,
        rewrite,
        fails, // there is no cast to it without USING
        unknown,
    };
    Effect effect = Effect::unknown;
    // Of what does not rewrite the table:
    std::vector<std::string> rebuilt;   // indexes
    std::vector<std::string> rechecked; // CHECK constraints: the table is read in full
};

TypeChange type_change(World &world, Table &table, AlterTableCmd const *command);

} // namespace mig::server::lint
