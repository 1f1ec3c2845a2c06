// Characters that nobody sees, and that turn what stands around them: bidirectional controls (U+202E shows the rest of
// a line backwards), zero-width and other format characters, controls. Who reads a report must see that they are there.
#pragma once

#include <string>
#include <string_view>

namespace mig::report {

// Each of them as `\u202E`, beyond the first plane as two surrogates, as JSON has it: in a JSON document that is the same
// value. Line breaks, tabs and what is no UTF-8 stay.
std::string with_invisible_shown(std::string_view utf8);

} // namespace mig::report
