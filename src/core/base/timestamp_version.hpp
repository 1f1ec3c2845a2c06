// Versions that are times.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mig {

// 20260315, 202603151015, 20260315101500 and what follows behind a sign: seconds since 1970, read as UTC. Nothing for
// any other number.
std::optional<std::int64_t> time_of_version(std::string_view version);

} // namespace mig
