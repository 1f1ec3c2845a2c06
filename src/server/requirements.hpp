// Requirements and conflicts of a plan, across modules too.
#pragma once

#include "server/steps.hpp"

namespace mig::server {

// Failure unmet_requirement. Other modules are read only when a migration speaks of them.
void check_requirements(Catalog const &catalog, RunPlan const &plan, Direction direction);

} // namespace mig::server
