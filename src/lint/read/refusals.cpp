#include "lint/read/refusals.hpp"

#include "core/base/failure.hpp"
#include "server/db/subtransaction.hpp"

namespace mig::server::lint {

namespace {

Finding refusal(std::string_view version, std::string message, std::string hint) {
    return {std::string(version), 0, 0, refused_by_plan, Severity::error, std::move(message), std::move(hint)};
}

// Runs `body`; true: it failed, was rolled back and, where `refusals` is given, is reported as a finding.
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
    } catch (Failure const &failure) { // an unknown target is the caller's mistake, not a finding
        if (failure.state == std::string_view(sqlstate::unknown_version))
            throw;
        for (Migration const &migration : catalog.migrations())
            if (migration.partly_rolled_back()) {
                refusals.push_back(refusal(migration.version(), failure.message, failure.hint));
                return {};
            }
        throw;
    }
}

Steps steps_or_refusals(Catalog const &catalog, RunPlan const &plan, Refusals &refusals) {
    Steps all;
    if (!refused({}, nullptr, [&] { all = prepare_steps(catalog, plan, Direction::up, Scope::everything); }))
        return all;
    // Something is refused. Prepare the migrations one by one to find out which.
    all = {};
    for (Migration const *migration : plan.steps) {
        RunPlan alone;
        alone.steps.push_back(migration);
        if (migration->kind() == Kind::snapshot)
            alone.covered = plan.covered;
        (void) refused(migration->version(), &refusals, [&] { add_steps_to_examine(all, catalog, alone); });
    }
    return all;
}

} // namespace mig::server::lint
