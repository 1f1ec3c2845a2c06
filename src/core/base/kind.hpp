// What a migration is to the plan.
#pragma once

#include <optional>
#include <string_view>

namespace mig {

enum class Kind : unsigned char {
    versioned,  // runs once, in the order of versions
    repeatable, // runs behind the versioned ones, again whenever it has changed
    snapshot,   // what all up to its version add up to: runs in an empty database, in their place
};

// As stored, and as status() shows it.
const char *word(Kind kind) noexcept;
std::optional<Kind> kind_named(std::string_view word) noexcept;

} // namespace mig
