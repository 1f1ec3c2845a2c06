#include "run/migration_run.hpp"

#include "run/beside_statements.hpp"
#include "run/leftovers.hpp"
#include "run/verification_run.hpp"
#include "server/lock/lock_limit.hpp"

namespace mig::server {

// The verify script runs last, after the clean-up, so that it sees the caller's session as a script of its own would.
double MigrationRun::execute(Step const &step) {
    Stopwatch const stopwatch;
    SettingsScope settings;
    limit_lock_waits(step.directives, LimitScope::transaction);
    remove_leftovers_in_transaction(context_, step);
    run_statements(step);
    check_constraints(step);
    lock_hold::end();
    settings.restore();
    context_.statements.report_passed_over(step);
    clean_up(step);
    verify(context_, step);
    lock_hold::end();
    double const ms = stopwatch.ms();
    if (!context_.dry_run)
        record_done(context_, step, stopwatch, ms);
    return ms;
}

void MigrationRun::run_statements(Step const &step) {
    for (std::size_t i = 0; i < step.statements.size(); ++i)
        context_.statements.execute(step, i, Level::function);
}

void MigrationRun::finish() { context_.session.clean_up(session_watch::everything); }

void MigrationRun::check_constraints(Step const &step) {
    BesideStatements const place(context_.statements, step, "deferred constraints at its end");
    // `known` relies on the deferrable constraints and triggers seen so far, but another session may create one
    // meanwhile. What a fenced body has queued must never wait for the commit, which is outside of the fence.
    context_.constraints.check(step.fenced ? DeferredConstraints::When::always : DeferredConstraints::When::known);
}

void MigrationRun::clean_up(Step const &step) {
    BesideStatements const place(context_.statements, step, "clean-up after it");
    context_.session.clean_up(step.fenced ? session_watch::everything : session_watch::seen());
    session_watch::forget(); // only now: after a cancel in clean_up(), clean_up_after_error() must still know it
}

} // namespace mig::server
