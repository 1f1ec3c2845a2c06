// The requirements and conflicts of a plan, also between modules.
#pragma once

#include "core/plan/plan.hpp"
#include "core/plan/requirements.hpp"
#include "server/store/catalog.hpp"

namespace mig::server {

// Failure unmet_requirement. Reads other modules only if a migration refers to them.
void check_requirements(Catalog const &catalog, RunPlan const &plan, Direction direction);

// For a plan that applies: see core/plan/requirements.hpp.
std::vector<Unmet> unmet_requirements(Catalog const &catalog, RunPlan const &plan);

} // namespace mig::server
