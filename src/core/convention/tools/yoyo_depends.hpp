// yoyo: `-- depends: 0001_a 0002_b` above the first statement.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// The names in that comment.
std::vector<std::string> yoyo_dependencies(std::string_view text);

} // namespace mig
