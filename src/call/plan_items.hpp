// What a plan depends on, for its token: the bodies that will run, the settings that change what they mean, and the
// objects that they name, as they are now.
#pragma once

#include "core/plan/plan_token.hpp"
#include "server/prepare/steps.hpp"

#include <optional>

namespace mig::server {

// Executes nothing. The locks that reading takes on catalogs and tables are released.
PlanItems plan_items(Steps const &steps);

// The plan token that a caller expects; nothing: whatever is pending may run.
using Expected = std::optional<std::string_view>;

// Failure plan_changed (MG014), naming what, if the plan is not the one that the token was made of.
void require_expected(Expected expected, Steps const &steps);
// Failure invalid_parameter. Before anything else, so that a slip is found also where there is nothing to run.
void require_well_formed(Expected expected);

// That of what apply(target) would run now.
std::string plan_token_of(std::string const &module, std::optional<std::string_view> target);

} // namespace mig::server
