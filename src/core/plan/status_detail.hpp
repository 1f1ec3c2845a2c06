// The detail that status() shows beside a migration's status.
#pragma once

#include "core/plan/state.hpp"

#include <optional>
#include <string>

namespace mig {

// The reason for the status, or something that apply() does not mind but a reader may want to know; or nothing.
std::optional<std::string> status_detail(Migration const &migration, Migration const *newest_applied);

} // namespace mig
