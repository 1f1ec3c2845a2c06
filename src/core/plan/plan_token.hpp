// What was reviewed is what runs: a token that names a plan, and what has changed since it was made. It is the same in
// every database in which the plan is the same, so that a report on a copy can be approved for production.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mig {

// Something that a plan depends on, by name, in the state that it is in.
struct PlanItem {
    std::string name;  // `2 (add_plan)`, `search_path`, `table public.orders`
    std::string state; // any text: only its digest gets into the token
};

struct PlanItems {
    std::vector<PlanItem> migrations; // in the order in which they will run
    std::vector<PlanItem> settings;
    std::vector<PlanItem> objects;
};

// `v1.MIGRATIONS.SETTINGS.OBJECTS`, each a digest. As long as there are few items, a short one of each follows, which
// says which of them has changed; whether one has, the digest says.
std::string plan_token(PlanItems const &items);

// Failure invalid_parameter if it is none.
void require_plan_token(std::string_view token);

// What is different now, a sentence each; nothing if all is the same.
std::vector<std::string> changes_since(std::string_view token, PlanItems const &now);

} // namespace mig
