// What migrations require of each other, and which exclude each other: checked before anything runs.
#pragma once

#include "core/plan/plan.hpp"

#include <functional>

namespace mig {

// The migrations of another module; empty when nothing is loaded or applied in it.
using OtherModule = std::function<std::vector<Migration> const &(std::string_view module)>;

// Each step's requirements are applied or come earlier in the plan, and nothing that it conflicts with is applied or in
// the plan, whichever of the two says so. A requirement is a version or a name; `module:version` when this module has
// none of that name. Failure unmet_requirement.
void check_requirements(std::vector<Migration> const &all, RunPlan const &plan, OtherModule const &other);

// Of a plan that is refused: which of its steps cannot run, one by one. What requires one of those cannot either.
struct Unmet {
    Migration const *migration;
    std::string message, hint;
};
std::vector<Unmet> unmet_requirements(std::vector<Migration> const &all, RunPlan const &plan, OtherModule const &other);

// Nothing that stays applied requires a step of this rollback. Failure unmet_requirement.
void check_rollback(std::vector<Migration> const &all, RunPlan const &plan);
// The same for what is applied in other modules and requires `module:version`. They are asked for one after the other.
void check_rollback(std::string_view module, std::vector<Migration> const &all, RunPlan const &plan,
                    std::vector<std::string> const &dependent_modules, OtherModule const &other);

} // namespace mig
