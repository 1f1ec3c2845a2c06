// Texts of others within Markdown as GitHub renders it. Whatever they contain, they are one line, in a table too, and
// neither markup nor a mention, a link or a formula.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mig::report {

std::string code(std::string_view text);
std::string prose(std::string_view text);

// "<1 ms", "12 ms", "1.2 s": two digits, so that two runs of the same are written the same more often than not.
std::string rounded_duration(double ms);
std::string rounded_size(std::int64_t bytes);                // "8 kB", as pg_size_pretty() does
std::string counted(std::size_t count, std::string_view of); // "1 table", "2 tables"

} // namespace mig::report
