// How a plan treats a migration.
#pragma once

#include <optional>
#include <string_view>

namespace mig {

enum class Kind : unsigned char {
    versioned,  // runs once, in the order of versions
    repeatable, // runs after the versioned ones, and again whenever it has changed
    snapshot,   // the sum of all versions up to its own: runs instead of them in an empty database
};

// As stored, and as status() shows it.
const char *to_text(Kind kind) noexcept;
std::optional<Kind> kind_named(std::string_view word) noexcept;

} // namespace mig
