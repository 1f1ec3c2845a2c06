// Requirements and conflicts of a plan, across modules too.
#pragma once

#include "core/plan/plan.hpp"
#include "core/plan/requirements.hpp"
#include "server/store/catalog.hpp"

namespace mig::server {

// Failure unmet_requirement. Other modules are read only when a migration speaks of them.
void check_requirements(Catalog const &catalog, RunPlan const &plan, Direction direction);

// Of a plan upwards: see core/plan/requirements.hpp.
std::vector<Unmet> unmet_requirements(Catalog const &catalog, RunPlan const &plan);

} // namespace mig::server
