// Characters that cannot be seen, and may change how others are shown: bidirectional controls (U+202E shows the rest of
// a line backwards), zero-width and other format characters, controls. The reader of a report must see that they are
// there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mig::report {

struct Character {
    std::uint32_t code;
    std::size_t length; // 1 for ASCII and for what is not UTF-8
};
constexpr std::uint32_t no_character = 0x110000U; // the code of what is not UTF-8
Character character_at(std::string_view text, std::size_t at);

// Replaces each of them with an escape of JSON, such as `\u202E`, or two surrogates beyond the first plane: in a JSON
// document the value stays the same. Line breaks, tabs and what is not UTF-8 stay.
std::string escape_invisible(std::string_view utf8);

} // namespace mig::report
