// Before a run executes anything: what lint() finds in it, and what migrator.on_hazard does about that.
#pragma once

#include "server/prepare/prepare.hpp"

namespace mig::server {

// Findings of severity warning and error become WARNINGs, or a single Failure hazard that lists them. Advice (info) is
// left to lint(). Does nothing with migrator.on_hazard = ignore, nor for a rollback, which lint() does not examine.
void check_hazards(PreparedRun const &run);

} // namespace mig::server
