// Times as PostgreSQL writes them in settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mig {

// `2s`, `1.5min`, `250` (milliseconds): milliseconds, rounded; nothing when it is no time, negative or above INT_MAX.
std::optional<std::int32_t> duration_ms(std::string_view text);

} // namespace mig
