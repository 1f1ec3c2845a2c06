#include "run/verification_run.hpp"

#include "server/db/subtransaction.hpp"
#include "server/lock/lock_limit.hpp"

namespace mig::server {

void verify(RunContext &context, Step const &step) {
    if (!step.verification || step.verification->statements.empty())
        return;
    StatementObserver *const observer = context.statements.observer();
    if (observer)
        observer->verification_begins();
    Subtransaction subtransaction;
    limit_lock_waits(step.directives, LimitScope::transaction);
    for (std::size_t i = 0; i < step.verification->statements.size(); ++i)
        context.statements.execute_verification(step, i);
    context.statements.set_place(step, "end of its verification");
    subtransaction.roll_back();
    if (observer)
        observer->verification_undone();
    // A rollback undoes neither prepared statements nor session advisory locks.
    context.session.clean_up(session_watch::seen());
    session_watch::forget();
}

} // namespace mig::server
