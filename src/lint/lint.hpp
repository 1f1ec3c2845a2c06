// What pending migrations will do to this database that somebody should know before: see rule.hpp.
#pragma once

#include "core/base/finding.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server::lint {

// Of steps that are about to run; findings that a migration allows are left out. Executes nothing, writes nothing,
// waits for nobody. Call it as the role that will run them: it becomes the owner by itself.
std::vector<Finding> findings(Catalog const &catalog, RunPlan const &plan, Steps const &steps);

// Of everything pending up to `target`, in version order. A migration that plan() refuses is a finding.
std::vector<Finding> lint(Catalog const &catalog, std::optional<std::string_view> target);

} // namespace mig::server::lint
