// Functions and procedures as the live catalog has them.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

struct Routine {
    std::uint32_t oid = 0;
    std::string name; // public.total(integer)
    char volatility = 'v';
    bool security_definer = false, strict = false, has_search_path = false;
    std::vector<std::uint32_t> arguments; // types of the input arguments
    std::uint32_t result = 0;
    std::string body;
};

// All of that name: in its schema; without one, where CREATE would put it, or all over the search_path.
enum class Place : unsigned char { created, found };
std::vector<Routine> routines_named(World &world, List *names, Place place);

// Types of the input arguments, as CREATE FUNCTION, or DROP and ALTER, list them. Nothing when one is not known.
std::optional<std::vector<std::uint32_t>> arguments_of(World &world, CreateFunctionStmt const &statement);
// Null: none, or several.
Routine const *match(std::vector<Routine> const &all, World &world, ObjectWithArgs const &name);

// Indexes, constraints and generated columns that keep what the function said.
std::vector<std::string> kept_results(Routine const &routine);

} // namespace mig::server::lint
