// Before a run executes anything: what lint() finds in it, and what migrator.on_hazard says to do about it.
#pragma once

#include "server/prepare/steps.hpp"

namespace mig::server {

// Findings of severity warning and error become WARNINGs, or one Failure hazard that names them all. Advice (info) is
// left to lint(). Costs nothing with migrator.on_hazard = ignore.
void heed_hazards(Catalog const &catalog, RunPlan const &plan, Steps const &steps);

} // namespace mig::server
