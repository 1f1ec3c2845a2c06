#include "rehearsal/rehearsal_run.hpp"

namespace mig::server {

RehearsalRun::RehearsalRun(std::string_view module, Direction direction, Rehearsal::Detail detail,
                           settings::RehearsalErrors errors, Subtransaction &subtransaction)
    : TransactionRun(module, direction, Effect::undone, subtransaction), errors_(errors), rehearsal_(context_, detail) {
    if (detail == Rehearsal::Detail::everything)
        context_.rehearses = true;
}

double RehearsalRun::execute_migration(Step const &step) {
    double const duration = rehearsal_.execute(step);
    if (after_each_)
        after_each_(step);
    return duration;
}

void RehearsalRun::finish() {
    rehearsal_.finish();
    rehearsal_.report_sequences();
}

void RehearsalRun::roll_back() {
    TransactionRun::roll_back();
    rehearsal_.report_sequences();
}

void RehearsalRun::explain(AnyError &error) const {
    rehearsal_.explain(error);
    TransactionRun::explain(error);
}

bool RehearsalRun::becomes_outcome(AnyError const &error, Step const &step) {
    if (errors_ == settings::RehearsalErrors::raise || !rehearsal_.is_finding(error))
        return false;
    rehearsal_.note_failure(step, error);
    return true;
}

} // namespace mig::server
