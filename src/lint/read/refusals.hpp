// What plan() refuses, as findings, so that one migration does not hide the findings of the others.
#pragma once

#include "core/base/finding.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server::lint {

// The rule's name.
inline constexpr const char *refused_by_plan = "refused-by-plan";

using Refusals = std::vector<Finding>;

// Out-of-order migrations are in it: they are a rule's to find. Failure unknown_version.
RunPlan plan_or_refusal(Catalog const &catalog, std::optional<std::string_view> target, Refusals &refusals);

// The steps of those that are not refused. What a migration requires is a rule's to look at.
Steps steps_or_refusals(Catalog const &catalog, RunPlan const &plan, Refusals &refusals);

} // namespace mig::server::lint
