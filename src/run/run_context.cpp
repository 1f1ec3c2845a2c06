#include "run/run_context.hpp"

#include "core/text/text.hpp"
#include "run/long_step.hpp"
#include "server/db/owner.hpp"

extern "C" {
#include "utils/timestamp.h"
}

namespace mig::server {

RunContext::RunContext(std::string_view module_name, Direction run_direction, bool is_dry_run)
    : module(module_name), run_by(current_role()), direction(run_direction), dry_run(is_dry_run), history(module_name),
      statements(module_name, run_direction) {
    session_watch::forget();
}

void RunContext::clean_up_after_error() {
    lock_hold::pause();
    {
        // A second cancel must not cut this short: the next run would take whatever is left for the caller's own.
        pg::HoldInterrupts const hold;
        session.clean_up(session_watch::seen());
        session_watch::forget();
    }
    progress.flush();
}

namespace {

std::string name_of(Step const &step) { return step.origin.version + " " + step.origin.name; }

} // namespace

void RunContext::report_begin(Step const &step) {
    if (progress.in_a_hurry() && !may_take_long(step))
        return;
    const char *const verb = rehearses                    ? "rehearsing "
                             : dry_run                    ? "trying "
                             : direction == Direction::up ? "applying "
                                                          : "rolling back ";
    PlaceInRun const place = statements.place_in_run();
    progress.report_begin(verb + std::to_string(place.number) + " of " + std::to_string(place.total) + ": " +
                          name_of(step));
}

// A dry run says what it has shown, since the row has the status `skipped`.
void RunContext::report_done(Step const &step, double ms) {
    bool const up = direction == Direction::up;
    std::string const what = name_of(step), time = " (" + format_ms(ms) + ")";
    if (rehearses)
        progress.report_done("rehearsed " + what + time);
    else if (dry_run)
        progress.report_done(
            what +
            (up ? " would have been applied, and was rolled back" : " would have been rolled back, and stays applied") +
            time);
    else
        progress.report_done((up ? "applied " : "rolled back ") + what + time);
}

Entry entry_of(Step const &step, Direction direction) {
    Entry entry = entry_of(step.text);
    entry.action = direction == Direction::up ? "apply" : "rollback";
    entry.result = direction == Direction::up ? "applied" : "rolled_back";
    entry.version = step.origin.version;
    entry.name = step.origin.name;
    return entry;
}

void record_done(RunContext &context, Step const &step, Stopwatch const &stopwatch, double ms) {
    Entry entry = entry_of(step, context.direction);
    entry.started_at = stopwatch.started_at();
    entry.finished_at = GetCurrentTimestamp();
    for (Covered const &covered : step.covered) {
        Entry covered_entry = entry_of(covered.text);
        covered_entry.action = entry.action;
        covered_entry.result = context.direction == Direction::up ? "baseline" : "rolled_back";
        covered_entry.version = covered.migration->version();
        covered_entry.name = covered.migration->name();
        covered_entry.started_at = entry.started_at;
        covered_entry.finished_at = entry.finished_at;
        context.history.append(covered_entry);
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
