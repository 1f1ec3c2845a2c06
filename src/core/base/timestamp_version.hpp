// Versions that are timestamps.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mig {

// The time that a version begins with, such as 20260315, 202603151015 or 20260315101500, alone or followed by something
// other than a digit: seconds since 1970, read as UTC. Nothing for any other number.
std::optional<std::int64_t> time_of_version(std::string_view version);

} // namespace mig
