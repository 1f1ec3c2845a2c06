#include "call/apply.hpp"

#include "rehearsal/rehearsal_run.hpp"
#include "run/hazard_gate.hpp"
#include "server/db/preconditions.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/prepare.hpp"

namespace mig::server {

namespace {

void heed_hazards(PreparedRun const &prepared, Direction direction) {
    if (direction == Direction::up)
        heed_hazards(prepared.catalog, prepared.plan, prepared.steps);
}

std::vector<Outcome> run(Request const &request) {
    Subtransaction subtransaction;
    take_run_lock();
    std::vector<Outcome> outcomes;
    if (auto const prepared = prepare(request, Scope::one_transaction, InTransaction::of_caller)) {
        heed_hazards(*prepared, request.direction);
        outcomes = TransactionRun(request.module, request.direction, subtransaction).run(prepared->steps.list);
    }
    subtransaction.commit();
    return outcomes;
}

std::vector<Outcome> run_dry(Request const &request) {
    Subtransaction subtransaction;
    take_run_lock();
    std::vector<Outcome> outcomes;
    if (auto const prepared = prepare(request, Scope::one_transaction, InTransaction::of_caller)) {
        heed_hazards(*prepared, request.direction);
        RehearsalRun rehearsal(request.module, request.direction, Rehearsal::Look::at_outcome,
                               settings::rehearsal_errors(), subtransaction);
        outcomes = rehearsal.run(prepared->steps.list);
    }
    if (subtransaction.open())
        subtransaction.roll_back();
    return outcomes;
}

std::vector<Outcome> checked_run(const char *function, Request const &request, bool dry_run) {
    if (!may_run(function, request))
        return {};
    require_current_snapshots(function);
    InFlight const in_flight;
    return dry_run ? run_dry(request) : run(request);
}

} // namespace

std::vector<Outcome> apply(std::string const &module, std::optional<std::string_view> target, bool dry_run) {
    return checked_run("migrator.apply()", request_to_apply(module, target), dry_run);
}

std::vector<Outcome> rollback(std::string const &module, std::int64_t n, bool dry_run) {
    return checked_run("migrator.rollback()", request_to_roll_back(module, n), dry_run);
}

std::vector<Outcome> rollback_to(std::string const &module, std::string_view target, bool dry_run) {
    return checked_run("migrator.rollback_to()", request_to_roll_back_to(module, target), dry_run);
}

std::vector<Rehearsed> rehearse(std::string const &module, std::optional<std::string_view> target) {
    Request const request = request_to_apply(module, target);
    const char *const function = "migrator.rehearse()";
    if (!may_run(function, request))
        return {};
    require_current_snapshots(function);
    InFlight const in_flight;
    Subtransaction subtransaction;
    take_run_lock();
    std::vector<Rehearsed> rows;
    if (auto const prepared = prepare(request, Scope::everything, InTransaction::of_caller)) {
        RehearsalRun rehearsal(module, Direction::up, Rehearsal::Look::at_everything, settings::rehearsal_errors(),
                               subtransaction);
        (void) rehearsal.run(prepared->steps.list);
        rows = rehearsal.take_rows();
    }
    if (subtransaction.open())
        subtransaction.roll_back();
    return rows;
}

} // namespace mig::server
