// Assembles what report() shows: the plan, the findings of lint(), the results of a rehearsal.
#pragma once

#include "core/report/report.hpp"

#include <optional>

namespace mig::server {

// About everything pending up to `target`. If that cannot be rehearsed (read-only, another run is in progress, edited
// migrations), the report says why and has the rest. Rehearsing takes real locks until the rollback.
report::Report pending_report(std::string const &module, std::optional<std::string_view> target);

} // namespace mig::server
