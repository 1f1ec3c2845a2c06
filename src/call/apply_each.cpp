#include "call/apply_each.hpp"

#include "call/conflict_gate.hpp"
#include "call/plan_items.hpp"
#include "run/each_run.hpp"
#include "run/hazard_gate.hpp"
#include "server/prepare/corrected_baselines.hpp"
#include "server/prepare/existing_database.hpp"
#include "server/prepare/prepare.hpp"

namespace mig::server {

namespace {

// In this order: with the caller's transaction ended, no snapshot is held while the lock is waited for, and what is
// read under the lock includes what the run before this one has committed.
void run(Request const &request, Expected expected) {
    Transactions transactions;
    SessionRunLock lock(transactions);
    auto const prepared = prepare(request, Scope::everything, InTransaction::of_its_own);
    if (!prepared)
        return;
    require_expected(expected, prepared->steps);
    warn_of_existing_database(*prepared);
    check_hazards(*prepared);
    check_conflicts(*prepared);
    if (request.direction == Direction::up)
        (void) record_corrected_baselines(prepared->catalog);
    EachRun each(request.module, request.direction, transactions, lock);
    transactions.commit();
    each.run(prepared->steps.list);
}

void check_and_run(FunctionCallInfo call, const char *procedure, Request const &request,
                   Expected expected = std::nullopt) {
    if (!may_run(procedure, request))
        return;
    RunInProgress const in_progress;
    require_top_level(call, procedure);
    run(request, expected);
}

} // namespace

void apply_each(FunctionCallInfo call, std::string const &module, std::optional<std::string> const &target,
                std::optional<std::string> const &expected) {
    require_well_formed(expected);
    check_and_run(call, "migrator.apply_each()", request_to_apply(module, target), expected);
}

void rollback_each(FunctionCallInfo call, std::string const &module, std::int64_t n) {
    check_and_run(call, "migrator.rollback_each()", request_to_roll_back(module, n));
}

} // namespace mig::server
