// Durations, written as in PostgreSQL's settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mig {

// `2s`, `1.5min`, `250` (milliseconds): milliseconds, rounded; nothing if it is not one, negative or above INT_MAX.
std::optional<std::int32_t> duration_ms(std::string_view text);

} // namespace mig
