// How the messages of lint() name things.
#pragma once

#include "server/lint/world.hpp"

namespace mig::server::lint {

std::string quoted(std::string_view identifier); // as SQL wants it
std::string sql_name(Relation const &relation);  // public."Orders"
// a, b, c and 4 more
std::string listed(std::vector<std::string> const &items, std::size_t most = 5);
std::string about(double count);                       // 812, 45 thousand, 1.2 million
std::string counted(double count, const char *things); // 1 row, 45 thousand rows: `things` is the singular

} // namespace mig::server::lint
