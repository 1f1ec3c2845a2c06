// Functions and procedures in the live catalog.
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

// All routines with this name in its schema; without one, in the schema where CREATE would put it (created) or in all
// schemas of search_path (found).
enum class Place : unsigned char { created, found };
std::vector<Routine> routines_named(World &world, List *names, Place place);

// The types of the input arguments of a CREATE FUNCTION; empty if one of them is unknown.
std::optional<std::vector<std::uint32_t>> arguments_of(World &world, CreateFunctionStmt const &statement);
// The routine that DROP or ALTER names; null: none, or more than one without a list of arguments.
Routine const *find_routine(std::vector<Routine> const &all, World &world, ObjectWithArgs const &name);

// Indexes, constraints and generated columns that use the function: they keep results of its old body.
std::vector<std::string> stored_results(Routine const &routine);

} // namespace mig::server::lint
