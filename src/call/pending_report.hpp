// Puts together what report() tells: the plan, what lint() finds, what a rehearsal sees.
#pragma once

#include "core/report/report.hpp"

#include <optional>

namespace mig::server {

// Of everything pending up to `target`. When it cannot be rehearsed (read-only, another run is under way, edited
// migrations), the report says so and has the rest. Rehearsing takes real locks until the rollback.
report::Report pending_report(std::string const &module, std::optional<std::string_view> target);

} // namespace mig::server
