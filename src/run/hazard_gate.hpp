// Before a run executes anything: what lint() finds in it, and what migrator.on_hazard says to do about it.
#pragma once

#include "server/prepare/prepare.hpp"

namespace mig::server {

// Findings of severity warning and error become WARNINGs, or one Failure hazard that names them all. Advice (info) is
// left to lint(). Costs nothing with migrator.on_hazard = ignore, and for a rollback, which lint() does not look at.
void heed_hazards(PreparedRun const &run);

} // namespace mig::server
