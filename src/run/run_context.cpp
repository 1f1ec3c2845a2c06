#include "run/run_context.hpp"

#include "core/text/text.hpp"
#include "server/db/owner.hpp"

extern "C" {
#include "utils/timestamp.h"
}

namespace mig::server {

RunContext::RunContext(std::string_view of_module, Direction of_direction, bool is_dry_run)
    : module(of_module), run_by(current_role()), direction(of_direction), dry_run(is_dry_run), history(of_module),
      statements(of_module, of_direction) {
    session_watch::forget();
}

void RunContext::clean_up_after_error() {
    lock_hold::pause();
    {
        // A second cancel must not cut this short: what it leaves, the next run would take for the caller's.
        pg::HoldInterrupts const hold;
        session.clean_up(session_watch::seen());
        session_watch::forget();
    }
    progress.tell_waiting();
}

void RunContext::tell_done(Step const &step, double ms) {
    std::string const what = told                         ? told
                             : dry_run                    ? "dry run of "
                             : direction == Direction::up ? "applied "
                                                          : "rolled back ";
    progress.tell(what + step.origin.version + " " + step.origin.name + " (" + milliseconds(ms) + ")");
}

Entry entry_of(Step const &step, Direction direction) {
    Entry entry = entry_of(step.text);
    entry.action = direction == Direction::up ? "apply" : "rollback";
    entry.result = direction == Direction::up ? "applied" : "rolled_back";
    entry.version = step.origin.version;
    entry.name = step.origin.name;
    return entry;
}

void note_done(RunContext &context, Step const &step, Stopwatch const &stopwatch, double ms) {
    Entry entry = entry_of(step, context.direction);
    entry.started_at = stopwatch.started_at();
    entry.finished_at = GetCurrentTimestamp();
    for (Covered const &one : step.covered) {
        Entry covered = entry_of(one.text);
        covered.action = entry.action;
        covered.result = context.direction == Direction::up ? "baseline" : "rolled_back";
        covered.version = one.migration->version();
        covered.name = one.migration->name();
        covered.started_at = entry.started_at;
        covered.finished_at = entry.finished_at;
        context.history.append(covered);
    }
    entry.execution_time_ms = ms;
    context.history.append(entry);
}

double Stopwatch::ms() const {
    using std::chrono::duration_cast;
    return static_cast<double>(
               duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_).count()) /
           1000;
}

std::int64_t Stopwatch::now() { return GetCurrentTimestamp(); }

} // namespace mig::server
