// Writes the texts of others into Markdown as GitHub renders it. Whatever they contain, they become one line, also in a
// table, and neither markup nor a mention, a link or a formula.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mig::report {

std::string code(std::string_view text);  // as code
std::string prose(std::string_view text); // as plain text

// "<1 ms", "12 ms", "1.2 s": two digits, so that repeated runs mostly show the same.
std::string rounded_duration(double ms);
std::string rounded_size(std::int64_t bytes);                  // "8 kB", as pg_size_pretty() does
std::string counted(std::size_t count, std::string_view noun); // "1 table", "2 tables"

} // namespace mig::report
