// Turns what plan() refuses into findings, so that one migration does not hide the findings of the others.
#pragma once

#include "core/base/finding.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server::lint {

// The rule's name.
inline constexpr const char *refused_by_plan = "refused-by-plan";

using Refusals = std::vector<Finding>;

// Includes out-of-order migrations, which a rule reports. Failure unknown_version.
RunPlan plan_or_refusal(Catalog const &catalog, std::optional<std::string_view> target, Refusals &refusals);

// The steps of the migrations that are not refused. Their requirements are not checked: a rule does that.
Steps steps_or_refusals(Catalog const &catalog, RunPlan const &plan, Refusals &refusals);

} // namespace mig::server::lint
