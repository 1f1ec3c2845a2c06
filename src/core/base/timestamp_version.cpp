#include "core/base/timestamp_version.hpp"

namespace mig {

namespace {

// Counts in eras of 400 years, which have 146097 days each.
std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) {
    year -= month <= 2; // the year begins in March, so that the leap day is its last
    std::int64_t const era = year / 400, year_of_era = year % 400;
    std::int64_t const day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

} // namespace

std::optional<std::int64_t> time_of_version(std::string_view version) {
    std::size_t digits = 0;
    while (digits < version.size() && version[digits] >= '0' && version[digits] <= '9')
        ++digits;
    if (digits != 8 && digits != 12 && digits != 14)
        return std::nullopt;
    auto const number = [&](std::size_t begin, std::size_t length) {
        std::int64_t value = 0;
        for (std::size_t i = begin; i < begin + length; ++i)
            value = value * 10 + (i < digits ? version[i] - '0' : 0);
        return value;
    };
    std::int64_t const year = number(0, 4), month = number(4, 2), day = number(6, 2), hour = number(8, 2),
                       minute = number(10, 2), second = number(12, 2);
    if (year < 1990 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        second > 59)
        return std::nullopt;
    return days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

} // namespace mig
