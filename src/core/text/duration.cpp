#include "core/text/duration.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace mig {

namespace {

struct Unit {
    std::string_view name;
    double ms;
};

constexpr Unit units[] = {{"", 1}, {"us", 0.001}, {"ms", 1}, {"s", 1000}, {"min", 60e3}, {"h", 3600e3}, {"d", 86400e3}};

} // namespace

std::optional<std::int32_t> duration_ms(std::string_view text) {
    double number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || !(number >= 0))
        return std::nullopt;
    std::string_view const name = text.substr(static_cast<std::size_t>(end - text.data()));
    for (Unit const &unit : units) {
        double const ms = std::round(number * unit.ms);
        if (unit.name == name && ms <= std::numeric_limits<std::int32_t>::max())
            return static_cast<std::int32_t>(ms);
    }
    return std::nullopt;
}

} // namespace mig
