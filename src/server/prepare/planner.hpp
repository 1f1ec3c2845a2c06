// What a call is to run, computed from what is loaded and what has run.
#pragma once

#include "server/store/catalog.hpp"

#include "core/plan/plan.hpp"

#include <functional>

namespace mig::server {

using Planner = std::function<RunPlan(Catalog const &)>;

// For a call that cannot write: with nothing to run, it need not. What the planner refuses is thrown.
bool plans_nothing(std::string const &module, Planner const &planner);

} // namespace mig::server
