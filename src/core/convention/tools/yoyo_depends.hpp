// yoyo: `-- depends: 0001_a 0002_b` above the first statement.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

std::vector<std::string> depends_of_yoyo(std::string_view text);

} // namespace mig
