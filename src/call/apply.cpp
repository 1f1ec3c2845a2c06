#include "call/apply.hpp"

#include "call/conflict_gate.hpp"
#include "call/plan_items.hpp"
#include "rehearsal/rehearsal_run.hpp"
#include "run/hazard_gate.hpp"
#include "server/db/preconditions.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/corrected_baselines.hpp"
#include "server/prepare/existing_database.hpp"
#include "server/prepare/prepare.hpp"

namespace mig::server {

namespace {

// All or nothing: a failure rolls back the subtransaction, and with it the run lock.
std::vector<Outcome> run(Request const &request, Expected expected) {
    Subtransaction subtransaction;
    take_run_lock();
    std::vector<Outcome> outcomes;
    if (auto const prepared = prepare(request, Scope::one_transaction, InTransaction::of_caller)) {
        require_expected(expected, prepared->steps);
        warn_of_existing_database(*prepared);
        check_hazards(*prepared);
        check_conflicts(*prepared);
        if (request.direction == Direction::up)
            (void) record_corrected_baselines(prepared->catalog);
        outcomes = TransactionRun(request.module, request.direction, subtransaction).run(prepared->steps.list);
    }
    subtransaction.commit();
    return outcomes;
}

struct RehearsalResult {
    std::vector<Outcome> outcomes;
    std::vector<Rehearsed> rows;
    std::string plan_token;
};

// A dry run behaves as the call would: it obeys migrator.on_hazard and migrator.on_conflict, and refuses what cannot
// run in one transaction. rehearse() shows everything that is pending.
RehearsalResult run_and_undo(Request const &request, Rehearsal::Detail detail, Expected expected) {
    bool const dry_run = detail == Rehearsal::Detail::outcome;
    Subtransaction subtransaction;
    take_run_lock();
    RehearsalResult result;
    Scope const scope = dry_run ? Scope::one_transaction : Scope::everything;
    if (auto const prepared = prepare(request, scope, InTransaction::of_caller)) {
        require_expected(expected, prepared->steps);
        if (dry_run) {
            warn_of_existing_database(*prepared);
            check_hazards(*prepared);
            check_conflicts(*prepared);
        } else {
            (void) warn_of_other_history(*prepared);
            // None where somebody keeps it from being made: the rehearsal itself tells that of each statement.
            (void) run_or_undo([&] { result.plan_token = plan_token(plan_items(prepared->steps)); },
                               [](AnyError const &) {});
        }
        RehearsalRun rehearsal(request.module, request.direction, detail, settings::rehearsal_errors(), subtransaction);
        result.outcomes = rehearsal.run(prepared->steps.list);
        result.rows = rehearsal.take_rows();
    }
    if (subtransaction.open())
        subtransaction.roll_back();
    return result;
}

template <class Body>
auto check_and_call(const char *function, Request const &request, Body &&body) -> decltype(body()) {
    if (!may_run(function, request))
        return {};
    require_current_snapshots(function);
    RunInProgress const in_progress;
    return body();
}

std::vector<Outcome> check_and_run(const char *function, Request const &request, bool dry_run,
                                   Expected expected = std::nullopt) {
    return check_and_call(function, request, [&] {
        return dry_run ? run_and_undo(request, Rehearsal::Detail::outcome, expected).outcomes : run(request, expected);
    });
}

} // namespace

std::vector<Outcome> apply(std::string const &module, std::optional<std::string_view> target, bool dry_run,
                           Expected expected) {
    require_well_formed(expected);
    return check_and_run("migrator.apply()", request_to_apply(module, target), dry_run, expected);
}

std::vector<Outcome> rollback(std::string const &module, std::int64_t n, bool dry_run) {
    return check_and_run("migrator.rollback()", request_to_roll_back(module, n), dry_run);
}

std::vector<Outcome> rollback_to(std::string const &module, std::string_view target, bool dry_run) {
    return check_and_run("migrator.rollback_to()", request_to_roll_back_to(module, target), dry_run);
}

RehearsedPlan rehearse(std::string const &module, std::optional<std::string_view> target) {
    Request const request = request_to_apply(module, target);
    return check_and_call("migrator.rehearse()", request, [&] {
        RehearsalResult result = run_and_undo(request, Rehearsal::Detail::everything, std::nullopt);
        return RehearsedPlan{std::move(result.rows), std::move(result.plan_token)};
    });
}

} // namespace mig::server
