#include "call/runner.hpp"

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "rehearsal/rehearsal.hpp"
#include "run/hazard_gate.hpp"
#include "server/db/preconditions.hpp"
#include "server/db/settings.hpp"
#include "server/db/subtransaction.hpp"
#include "server/db/untaken_settings.hpp"
#include "server/lock/lock_limit.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/loader_gate.hpp"
#include "server/prepare/nothing_to_do.hpp"
#include "server/prepare/planner.hpp"
#include "server/session/call_timeout.hpp"

extern "C" {
#include "utils/errcodes.h"
}

namespace mig::server {

namespace {

const char *done(Request const &request, Direction direction) {
    if (request.dry_run)
        return "skipped";
    return direction == Direction::up ? "applied" : "rolled_back";
}

// What a snapshot stands for.
const char *covered(Request const &request, Direction direction) {
    return direction == Direction::up && !request.dry_run ? "baseline" : done(request, direction);
}

// Thousands of tables in one transaction need thousands of locks; the server's own hint names only the setting.
void explain_lock_space(pg::Error &error, Direction direction) {
    std::string const hint = error.hint();
    if (error.sqlstate() == ERRCODE_OUT_OF_MEMORY && hint.find("max_locks_per_transaction") != std::string::npos)
        error.set_hint(
            direction == Direction::up
                ? "All migrations of one apply() share one transaction and keep their locks until its end: run them by "
                  "CALL migrator.apply_each(), a transaction each, or in portions by apply(target), or raise "
                  "max_locks_per_transaction."
                : "All migrations of one rollback() share one transaction and keep their locks until its end: run them "
                  "by CALL migrator.rollback_each(), a transaction each, or in portions by a smaller n, or raise "
                  "max_locks_per_transaction.");
}

// What the caller's transaction holds it keeps, so a second try would meet the same.
void explain_deadlock(pg::Error &error, Direction direction) {
    if (is_deadlock(error))
        error.set_hint(std::string("Run it again. CALL migrator.") +
                       (direction == Direction::up ? "apply_each()" : "rollback_each()") +
                       " does that by itself (migrator.lock_retries): each migration has a transaction of its own "
                       "there, whose locks can be given back.");
}

Outcome failed(Step const &step, std::string const &message, const char *sqlstate, std::string const &where) {
    return {step.origin.version, step.origin.name, "failed", 0,
            message + " (SQLSTATE " + sqlstate + ", " + where + ")"};
}

// A run, or a rehearsal of it.
class Engine {
  public:
    Engine(Request const &request, RunContext &context) {
        if (!request.dry_run) {
            run_.emplace(context);
            return;
        }
        raises_ = request.errors == settings::RehearsalErrors::raise;
        rehearsal_.emplace(context, request.rows ? Rehearsal::Look::at_everything : Rehearsal::Look::at_outcome);
        if (request.rows)
            context.told = "rehearsed ";
    }
    double execute(Step const &step) { return rehearsal_ ? rehearsal_->execute(step) : run_->execute(step); }
    void finish() { rehearsal_ ? rehearsal_->finish() : run_->finish(); }
    void tell_sequences() const {
        if (rehearsal_)
            rehearsal_->tell_sequences();
    }

    // False: the error is the caller's.
    bool note_failure(Step const &step, pg::Error &error) {
        if (!rehearsal_ || !rehearsal_->is_finding(error))
            return false;
        rehearsal_->explain(error);
        if (raises_)
            return false;
        rehearsal_->note_failure(step, error.what(), error.sqlstate_text());
        return true;
    }
    bool note_failure(Step const &step, Failure const &failure) {
        if (!rehearsal_ || raises_ || failure.must_propagate())
            return false;
        rehearsal_->note_failure(step, failure.what(), failure.state);
        return true;
    }
    std::vector<Rehearsed> take_rows() { return rehearsal_->take_rows(); }

  private:
    std::optional<MigrationRun> run_;
    std::optional<Rehearsal> rehearsal_;
    bool raises_ = false;
};

// Executes what the plan says. A dry run may end with a failed step: `subtransaction` is then rolled back.
std::vector<Outcome> execute(Request const &request, Direction direction, std::vector<Step> const &steps,
                             Subtransaction &subtransaction) {
    std::vector<Outcome> outcomes;
    RunContext context(request.module, direction, request.dry_run);
    Engine engine(request, context);
    auto step = steps.begin();
    auto const at = [&]() -> Step const & { return step == steps.end() ? steps.back() : *step; };
    auto const roll_back = [&] {
        lock_hold::pause(); // while it is known what was held
        subtransaction.roll_back();
        context.clean_up_after_error();
        engine.tell_sequences();
    };
    auto const execute_all = [&] {
        for (; step != steps.end(); ++step) {
            double const ms = engine.execute(*step);
            context.tell_done(*step, ms);
            for (Covered const &one : step->covered)
                outcomes.push_back({std::string(one.migration->version()), std::string(one.migration->name()),
                                    covered(request, direction), 0, std::nullopt});
            outcomes.push_back({step->origin.version, step->origin.name, done(request, direction), ms, std::nullopt});
        }
        context.progress.tell_waiting();
        engine.finish();
        engine.tell_sequences();
        context.history.write();
    };
    try {
        with_failures(execute_all);
    } catch (pg::Error &error) {
        roll_back();
        explain_lock_space(error, direction);
        explain_lock_failure(error);
        explain_deadlock(error, direction);
        explain_call_timeout(error);
        lock_hold::explain(error);
        context.statements.locate(error);
        if (!engine.note_failure(at(), error))
            throw;
        outcomes.push_back(failed(at(), error.what(), error.sqlstate_text(), context.statements.where()));
    } catch (Failure &failure) {
        roll_back();
        context.statements.locate(failure);
        if (!engine.note_failure(at(), failure))
            throw;
        outcomes.push_back(failed(at(), failure.what(), failure.state, context.statements.where()));
    }
    if (request.rows)
        *request.rows = engine.take_rows();
    return outcomes;
}

// The pending list is computed after the lock is held: what a run before this one did is seen.
std::vector<Outcome> run_locked(Request const &request, Direction direction, Planner const &planner,
                                Subtransaction &subtransaction) {
    take_run_lock();
    if (request.everything && applied_as_loaded(request.module, Access::fresh))
        return {};
    Catalog const catalog(request.module, Access::fresh, Catalog::Detail::plan);
    RunPlan const plan = planner(catalog);
    for (std::string const &text : plan.warnings)
        pg::warning(text);
    Steps prepared = steps(catalog, plan, direction, request.rows ? Scope::everything : Scope::one_transaction);
    if (prepared.list.empty())
        return {};
    guard_bodies(prepared, InTransaction::of_caller);
    if (direction == Direction::up && !request.rows)
        heed_hazards(catalog, plan, prepared);
    return execute(request, direction, prepared.list, subtransaction);
}

std::vector<Outcome> run(Request const &request, Direction direction, Planner const &planner) {
    Subtransaction subtransaction;
    std::vector<Outcome> outcomes = run_locked(request, direction, planner, subtransaction);
    if (subtransaction.open() && request.dry_run)
        subtransaction.roll_back();
    else if (subtransaction.open())
        subtransaction.commit();
    return outcomes;
}

std::vector<Outcome> checked_run(const char *function, Request const &request, Direction direction,
                                 Planner const &planner) {
    untaken_settings::refuse();
    if (read_only() && plans_nothing(request.module, planner))
        return {};
    require_writable(function);
    require_current_snapshots(function);
    InFlight const in_flight;
    return run(request, direction, planner);
}

} // namespace

std::vector<Outcome> apply(Request const &request, std::optional<std::string_view> target) {
    Request whole = request;
    whole.everything = !target;
    return checked_run(request.rows ? "migrator.rehearse()" : "migrator.apply()", whole, Direction::up,
                       [&](Catalog const &catalog) {
                           refuse_modified(catalog);
                           return plan_apply(catalog.migrations(), target, settings::out_of_order());
                       });
}

std::vector<Rehearsed> rehearse(std::string const &module, std::optional<std::string_view> target,
                                settings::RehearsalErrors errors) {
    std::vector<Rehearsed> rows;
    Request request{module, true};
    request.errors = errors;
    request.rows = &rows;
    (void) server::apply(request, target);
    return rows;
}

std::vector<Outcome> rollback(Request const &request, std::int64_t n) {
    return checked_run("migrator.rollback()", request, Direction::down,
                       [&](Catalog const &catalog) { return plan_rollback(catalog.migrations(), n); });
}

std::vector<Outcome> rollback_to(Request const &request, std::string_view target) {
    return checked_run("migrator.rollback_to()", request, Direction::down,
                       [&](Catalog const &catalog) { return plan_rollback_to(catalog.migrations(), target); });
}

} // namespace mig::server
