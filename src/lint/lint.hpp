// What pending migrations will do to this database that somebody should know beforehand. The rules are in lint/rules,
// see rule.hpp.
#pragma once

#include "core/base/finding.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server::lint {

// The findings about steps that are about to run, without those that a migration allows. Executes nothing, writes
// nothing, waits for nobody. Call it as the role that will run the steps: it switches to the owner by itself. Those that
// a migration allows are added to `silenced`, if it is given.
std::vector<Finding> findings(Catalog const &catalog, RunPlan const &plan, Steps const &steps,
                              std::vector<Silenced> *silenced = nullptr);

// The findings about everything pending up to `target`, in version order. A migration that plan() refuses is a finding.
// Failure unknown_version (MG002): there is no migration `target`.
std::vector<Finding> lint(Catalog const &catalog, std::optional<std::string_view> target);

} // namespace mig::server::lint
