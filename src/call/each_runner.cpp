#include "call/each_runner.hpp"

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "run/hazard_gate.hpp"
#include "run/leftovers.hpp"
#include "run/migration_run.hpp"
#include "run/retry.hpp"
#include "run/run_failure.hpp"
#include "run/statementwise_run.hpp"
#include "server/db/preconditions.hpp"
#include "server/db/settings.hpp"
#include "server/db/transactions.hpp"
#include "server/db/untaken_settings.hpp"
#include "server/lock/lock_limit.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/loader_gate.hpp"
#include "server/prepare/nothing_to_do.hpp"
#include "server/prepare/planner.hpp"
#include "server/session/call_timeout.hpp"

namespace mig::server {

namespace {

class EachRun {
  public:
    EachRun(Transactions &transactions, SessionRunLock &lock, std::string const &module, Direction direction)
        : transactions_(transactions), lock_(lock), context_(module, direction, false), engine_(context_) {}

    void run(Step const &step) {
        MemoryOfStep const memory(transactions_);
        lock_.keep();
        sweep(transactions_, context_, step);
        if (step.transactional)
            in_one_transaction(step);
        else
            context_.tell_done(step, statement_by_statement(transactions_, lock_, context_, step));
    }

    void finish() {
        context_.progress.tell_waiting();
        engine_.finish();
        transactions_.commit();
    }

  private:
    // Tried again as a whole when it did not get its locks.
    void in_one_transaction(Step const &step) {
        int const retries = lock_retries(step.directives);
        for (int retry = 1; !try_once(step, retry, retries); ++retry)
            lock_.keep();
    }

    // False: it did not get its locks, and has waited. The transaction is a new one in any case.
    bool try_once(Step const &step, int retry, int retries) {
        Stopwatch const stopwatch;
        double ms = 0;
        try {
            ms = with_failures([&] {
                double const taken = engine_.execute(step);
                context_.statements.enter(step, "commit");
                context_.history.write();
                transactions_.commit();
                return taken;
            });
        } catch (pg::Error &error) {
            roll_back();
            if (retry <= retries && may_get_locks_later(error)) {
                wait_before_retry(transactions_, step, error, retry, retries);
                return false;
            }
            explain_lock_failure(error);
            explain_call_timeout(error);
            lock_hold::explain(error);
            context_.statements.locate(error);
            record_failure(transactions_, context_, step, stopwatch, error.what(), error.sqlstate_text());
            throw;
        } catch (Failure &failure) {
            roll_back();
            context_.statements.locate(failure);
            record_failure(transactions_, context_, step, stopwatch, failure.what(), failure.state);
            throw;
        }
        context_.tell_done(step, ms); // it is on record: what fails now is no failure of the migration
        return true;
    }

    void roll_back() {
        lock_hold::pause(); // while it is known what was held
        transactions_.roll_back();
        context_.history.forget();
        context_.clean_up_after_error();
    }

    Transactions &transactions_;
    SessionRunLock &lock_;
    RunContext context_;
    MigrationRun engine_;
};

// The pending list is computed after the lock is held: what a run before this one did is seen.
void run(std::string const &module, bool everything, Direction direction, Planner const &planner) {
    Transactions transactions;
    SessionRunLock lock;
    if (everything && applied_as_loaded(module, Access::fresh))
        return;
    Catalog const catalog(module, Access::fresh, Catalog::Detail::plan);
    RunPlan const plan = planner(catalog);
    for (std::string const &text : plan.warnings)
        pg::warning(text);
    Steps prepared = steps(catalog, plan, direction, Scope::everything);
    if (prepared.list.empty())
        return;
    guard_bodies(prepared, InTransaction::of_its_own);
    if (direction == Direction::up)
        heed_hazards(catalog, plan, prepared);
    EachRun each(transactions, lock, module, direction);
    transactions.commit();
    for (Step const &step : prepared.list)
        each.run(step);
    each.finish();
}

void checked_run(FunctionCallInfo call, const char *procedure, std::string const &module, bool everything,
                 Direction direction, Planner const &planner) {
    untaken_settings::refuse();
    if (read_only() && plans_nothing(module, planner))
        return;
    require_writable(procedure);
    InFlight const in_flight;
    require_top_level(call, procedure);
    run(module, everything, direction, planner);
}

} // namespace

void apply_each(FunctionCallInfo call, std::string const &module, std::optional<std::string> const &target) {
    checked_run(call, "migrator.apply_each()", module, !target, Direction::up, [&](Catalog const &catalog) {
        refuse_modified(catalog);
        return plan_apply(catalog.migrations(), target, settings::out_of_order());
    });
}

void rollback_each(FunctionCallInfo call, std::string const &module, std::int64_t n) {
    checked_run(call, "migrator.rollback_each()", module, false, Direction::down,
                [&](Catalog const &catalog) { return plan_rollback(catalog.migrations(), n); });
}

} // namespace mig::server
