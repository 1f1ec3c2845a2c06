#include "run/each_run.hpp"

#include "run/leftovers.hpp"
#include "run/retry.hpp"
#include "run/run_failure.hpp"
#include "run/statementwise_run.hpp"
#include "server/lock/lock_limit.hpp"

namespace mig::server {

EachRun::EachRun(std::string_view module, Direction direction, Transactions &transactions, SessionRunLock &lock)
    : Run(module, direction, Effect::lasting), transactions_(transactions), lock_(lock) {}

void EachRun::execute(Step const &step) {
    StepMemory const memory(transactions_);
    lock_.reacquire();
    context_.report_begin(step);
    remove_leftovers(transactions_, context_, step);
    if (step.transactional)
        execute_in_one_transaction(step);
    else
        context_.report_done(step, run_statement_by_statement(transactions_, lock_, context_, step));
}

// Tries the whole migration again when it did not get its locks.
void EachRun::execute_in_one_transaction(Step const &step) {
    int const retries = lock_retries(step.directives);
    for (int retry = 1; !try_once(step, retry, retries); ++retry)
        lock_.reacquire();
}

// False: it did not get its locks, and has waited for another try. Either way a new transaction has begun.
bool EachRun::try_once(Step const &step, int retry, int retries) {
    Stopwatch const stopwatch;
    double ms = 0;
    try {
        ms = bad_alloc_as_failure([&] {
            double const elapsed = migrations_.execute(step);
            context_.statements.set_place(step, "commit");
            context_.history.write();
            transactions_.commit();
            return elapsed;
        });
    } catch (AnyError &error) {
        undo();
        pg::Error const *const raised = pg::as_error(error);
        if (raised && retry <= retries && may_succeed_on_retry(*raised)) {
            wait_before_retry(transactions_, step, *raised, retry, retries);
            return false;
        }
        explain(error);
        record_failure(transactions_, context_, step, stopwatch, error);
        throw;
    }
    context_.report_done(step, ms); // outside of the try: an error here does not mean that the migration failed
    return true;
}

void EachRun::finish() {
    migrations_.finish();
    transactions_.commit();
}

void EachRun::roll_back() {
    transactions_.roll_back();
    context_.history.forget();
}

} // namespace mig::server
