// Which migrations require each other, and which exclude each other. This is checked before anything runs.
#pragma once

#include "core/plan/plan.hpp"

#include <functional>

namespace mig {

// The migrations of another module; empty when nothing is loaded or applied in it.
using OtherModule = std::function<std::vector<Migration> const &(std::string_view module)>;

// Each step's requirements must be applied or come earlier in the plan, and nothing that it conflicts with may be
// applied or in the plan, whichever of the two declares the conflict. A requirement is a version or a name;
// `module:version` if this module has none of that name. Failure unmet_requirement.
void check_requirements(std::vector<Migration> const &all, RunPlan const &plan, OtherModule const &other);

// For a plan that is refused: each of its steps that cannot run. What requires one of those cannot run either.
struct Unmet {
    Migration const *migration;
    std::string message, hint;
};
std::vector<Unmet> unmet_requirements(std::vector<Migration> const &all, RunPlan const &plan, OtherModule const &other);

// Nothing that stays applied may require a step of this rollback. Failure unmet_requirement.
void check_rollback(std::vector<Migration> const &all, RunPlan const &plan);
// The same for what is applied in other modules and requires `module:version`. `other` is called for one after another.
void check_rollback(std::string_view module, std::vector<Migration> const &all, RunPlan const &plan,
                    std::vector<std::string> const &dependent_modules, OtherModule const &other);

} // namespace mig
