#include "lint/read/refusals.hpp"

#include "core/base/failure.hpp"
#include "server/db/subtransaction.hpp"

#include <iterator>

namespace mig::server::lint {

namespace {

Finding refusal(std::string_view version, std::string message, std::string hint) {
    return {std::string(version), 0, 0, refused_by_plan, Severity::error, std::move(message), std::move(hint)};
}

// Runs the body. What it raises is a finding, and rolled back.
template <class Body>
bool refused(std::string_view version, Refusals *refusals, Body &&body) {
    return !run_or_undo(body, [&](AnyError const &error) {
        if (refusals)
            refusals->push_back(refusal(version, error.what(), error.hint_text()));
    });
}

} // namespace

RunPlan plan_or_refusal(Catalog const &catalog, std::optional<std::string_view> target, Refusals &refusals) {
    try {
        return plan_apply(catalog.migrations(), target, OutOfOrder::allow);
    } catch (Failure const &failure) {
        if (failure.state == std::string_view(sqlstate::unknown_version))
            throw;
        for (Migration const &migration : catalog.migrations())
            if (migration.half_rolled_back()) {
                refusals.push_back(refusal(migration.version(), failure.message, failure.hint));
                return {};
            }
        throw;
    }
}

Steps steps_or_refusals(Catalog const &catalog, RunPlan const &plan, Refusals &refusals) {
    Steps all;
    if (!refused({}, nullptr, [&] { all = steps(catalog, plan, Direction::up, Scope::everything); }))
        return all;
    // Something is: one by one, to know which.
    all = {};
    for (Migration const *migration : plan.steps) {
        RunPlan one;
        one.steps.push_back(migration);
        if (migration->kind() == Kind::snapshot)
            one.covered = plan.covered;
        Steps of_one;
        if (refused(migration->version(), &refusals,
                    [&] { of_one = steps_without_requirements(catalog, one, Direction::up, Scope::everything); }))
            continue;
        std::move(of_one.texts.begin(), of_one.texts.end(), std::back_inserter(all.texts));
        std::move(of_one.list.begin(), of_one.list.end(), std::back_inserter(all.list));
    }
    return all;
}

} // namespace mig::server::lint
