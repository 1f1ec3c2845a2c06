// Characters that cannot be seen, and may change how others are shown: bidirectional controls (U+202E shows the rest of
// a line backwards), zero-width and other format characters, controls. The reader of a report must see that they are
// there.
#pragma once

#include <string>
#include <string_view>

namespace mig::report {

// Replaces each of them with an escape of JSON, such as `\u202E`, or two surrogates beyond the first plane: in a JSON
// document the value stays the same. Line breaks, tabs and what is not UTF-8 stay.
std::string escape_invisible(std::string_view utf8);

} // namespace mig::report
