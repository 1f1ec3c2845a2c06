// ASCII digits, regardless of the locale.
#pragma once

#include <string_view>

namespace mig {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

} // namespace mig
