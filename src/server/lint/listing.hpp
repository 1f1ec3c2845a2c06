// How the messages of lint() speak of several things.
#pragma once

#include "server/lint/world.hpp"

namespace mig::server::lint {

// a, b, c and 4 more
std::string listed(std::vector<std::string> const &items, std::size_t most = 5);
std::string counted(double count, const char *thing); // 1 row, 45,000 rows, 1.2 million rows
std::string type_name(Type const &type);              // numeric(10,2)

} // namespace mig::server::lint
