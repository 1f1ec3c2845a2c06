// What status() adds to a migration's status.
#pragma once

#include "core/plan/state.hpp"

#include <optional>
#include <string>

namespace mig {

// Why the status is what it is, or what apply() would not mind but a reader wants to know; or nothing.
std::optional<std::string> detail_of(Migration const &migration, Migration const *newest_applied);

} // namespace mig
