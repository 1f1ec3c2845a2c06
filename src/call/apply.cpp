#include "call/apply.hpp"

#include "rehearsal/rehearsal_run.hpp"
#include "run/hazard_gate.hpp"
#include "server/db/preconditions.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/prepare.hpp"

namespace mig::server {

namespace {

std::vector<Outcome> run(Request const &request) {
    Subtransaction subtransaction;
    take_run_lock();
    std::vector<Outcome> outcomes;
    if (auto const prepared = prepare(request, Scope::one_transaction, InTransaction::of_caller)) {
        heed_hazards(*prepared);
        outcomes = TransactionRun(request.module, request.direction, subtransaction).run(prepared->steps.list);
    }
    subtransaction.commit();
    return outcomes;
}

struct Seen {
    std::vector<Outcome> outcomes;
    std::vector<Rehearsed> rows;
};

// A dry run does what the call would: it heeds hazards, and refuses what one transaction cannot hold. rehearse() shows
// all there is.
Seen run_undone(Request const &request, Rehearsal::Look look) {
    bool const dry_run = look == Rehearsal::Look::at_outcome;
    Subtransaction subtransaction;
    take_run_lock();
    Seen seen;
    Scope const scope = dry_run ? Scope::one_transaction : Scope::everything;
    if (auto const prepared = prepare(request, scope, InTransaction::of_caller)) {
        if (dry_run)
            heed_hazards(*prepared);
        RehearsalRun rehearsal(request.module, request.direction, look, settings::rehearsal_errors(), subtransaction);
        seen.outcomes = rehearsal.run(prepared->steps.list);
        seen.rows = rehearsal.take_rows();
    }
    if (subtransaction.open())
        subtransaction.roll_back();
    return seen;
}

template <class Body>
auto checked(const char *function, Request const &request, Body &&body) -> decltype(body()) {
    if (!may_run(function, request))
        return {};
    require_current_snapshots(function);
    InFlight const in_flight;
    return body();
}

std::vector<Outcome> checked_run(const char *function, Request const &request, bool dry_run) {
    return checked(function, request,
                   [&] { return dry_run ? run_undone(request, Rehearsal::Look::at_outcome).outcomes : run(request); });
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
    return checked("migrator.rehearse()", request,
                   [&] { return run_undone(request, Rehearsal::Look::at_everything).rows; });
}

} // namespace mig::server
