#include "run/transaction_run.hpp"

#include "core/text/migrator_call.hpp"
#include "server/lock/lock_limit.hpp"

extern "C" {
#include "utils/errcodes.h"
}

namespace mig::server {

namespace {

// Thousands of tables in one transaction need thousands of locks. The server's own hint names the setting only, not the
// ways to need fewer.
void explain_lock_space(pg::Error &error, Direction direction) {
    std::string_view const hint = error.hint_text();
    if (error.sqlstate() == ERRCODE_OUT_OF_MEMORY && hint.find("max_locks_per_transaction") != hint.npos)
        error.set_hint(
            direction == Direction::up
                ? "All migrations of one apply() share one transaction and keep their locks until its end: run them "
                  "with CALL migrator.apply_each(), a transaction each, or in portions with apply(target), or raise "
                  "max_locks_per_transaction."
                : "All migrations of one rollback() share one transaction and keep their locks until its end: run them "
                  "with CALL migrator.rollback_each(), a transaction each, or in portions with a smaller n, or raise "
                  "max_locks_per_transaction.");
}

// apply() does not try again: the caller's transaction keeps its locks, so that the same deadlock would come again.
void explain_deadlock(pg::Error &error, Direction direction) {
    if (is_deadlock(error))
        error.set_hint(std::string("Run it again. CALL migrator.") +
                       (direction == Direction::up ? "apply_each()" : "rollback_each()") +
                       " does that by itself (migrator.lock_retries): there each migration has a transaction of its "
                       "own, whose locks can be released.");
}

// Nor does it for a lock: what it holds itself may be what the others wait for.
void explain_lock_timeout(pg::Error &error, Direction direction, std::string_view module) {
    if (error.sqlstate() == ERRCODE_LOCK_NOT_AVAILABLE && error.is_message("canceling statement due to lock timeout") &&
        !*error.hint_text())
        error.set_hint("Run it again when they are done. CALL " +
                       migrator_call(direction == Direction::up ? "apply_each" : "rollback_each", module) +
                       " tries again by itself (migrator.lock_retries); migrator.lock_timeout is how long a statement "
                       "waits for a lock.");
}

Outcome failed(Step const &step, AnyError const &error, std::string const &where) {
    return {step.origin.version, step.origin.name, "failed", 0,
            std::string(error.what()) + " (SQLSTATE " + error.sqlstate_text() + ", " + where + ")"};
}

} // namespace

TransactionRun::TransactionRun(std::string_view module, Direction direction, Subtransaction &subtransaction)
    : TransactionRun(module, direction, Effect::lasting, subtransaction) {}

TransactionRun::TransactionRun(std::string_view module, Direction direction, Effect effect,
                               Subtransaction &subtransaction)
    : Run(module, direction, effect), subtransaction_(subtransaction) {}

std::vector<Outcome> TransactionRun::run(std::vector<Step> const &steps) {
    try {
        bad_alloc_as_failure([&] { execute_all(steps); });
    } catch (AnyError &error) {
        undo();
        explain(error);
        if (!current_ || !becomes_outcome(error, *current_))
            throw;
        outcomes_.push_back(failed(*current_, error, context_.statements.where()));
    }
    return std::move(outcomes_);
}

void TransactionRun::execute(Step const &step) {
    current_ = &step;
    context_.report_begin(step);
    double const ms = execute_migration(step);
    context_.report_done(step, ms);
    bool const up = context_.direction == Direction::up;
    const char *const status = context_.dry_run ? "skipped" : up ? "applied" : "rolled_back";
    const char *const covered_status = up && !context_.dry_run ? "baseline" : status;
    for (Covered const &covered : step.covered)
        outcomes_.push_back({std::string(covered.migration->version()), std::string(covered.migration->name()),
                             covered_status, 0, std::nullopt});
    outcomes_.push_back({step.origin.version, step.origin.name, status, ms, std::nullopt});
}

double TransactionRun::execute_migration(Step const &step) { return migrations_.execute(step); }

void TransactionRun::finish() {
    migrations_.finish();
    context_.history.write();
}

void TransactionRun::roll_back() { subtransaction_.roll_back(); }

void TransactionRun::explain(AnyError &error) const {
    if (pg::Error *const raised = pg::as_error(error)) {
        explain_lock_space(*raised, context_.direction);
        explain_deadlock(*raised, context_.direction);
        explain_lock_timeout(*raised, context_.direction, context_.module);
    }
    Run::explain(error);
}

bool TransactionRun::becomes_outcome(AnyError const &, Step const &) { return false; }

} // namespace mig::server
