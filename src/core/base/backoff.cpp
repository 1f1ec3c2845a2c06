#include "core/base/backoff.hpp"

#include <algorithm>

namespace mig {

std::int64_t backoff_ms(int number, double random) noexcept {
    constexpr std::int64_t first = 250, most = 30000;
    int const doublings = std::clamp(number - 1, 0, 20);
    std::int64_t const full = std::min(most, first << doublings);
    return full - static_cast<std::int64_t>(static_cast<double>(full) / 2 * std::clamp(random, 0.0, 1.0));
}

} // namespace mig
