// What changed between two bodies, for the DETAIL of a refusal.
#pragma once

#include "core/text/lexed.hpp"

#include <cstdint>
#include <string>

namespace mig {

// The first token that differs, e.g. `line 3: "varchar" is now "text"`; `first_line` is the line on which the new body
// begins in its file. Empty when the token streams are equal.
std::string first_difference(Lexed const &applied, Lexed const &loaded, std::uint32_t first_line);

} // namespace mig
