#include "server/migration_run.hpp"

#include "core/failure.hpp"
#include "core/text.hpp"
#include "server/statement.hpp"

#include <chrono>

extern "C" {
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

// To the microsecond: what is finer is noise.
double elapsed_ms(std::chrono::steady_clock::time_point start) {
    using std::chrono::duration_cast;
    return static_cast<double>(
               duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count()) /
           1000;
}

} // namespace

MigrationRun::MigrationRun(std::string_view module, Direction direction, bool dry_run)
    : direction_(direction), dry_run_(dry_run), history_(module) {
    session_watch::forget();
}

void MigrationRun::clean_up_after_error() {
    {
        // A second cancel must not cut this short: what it leaves, the next run would take for the caller's.
        pg::HoldInterrupts const hold;
        session_.clean_up(session_watch::seen());
        session_watch::forget();
    }
    progress_.tell_waiting();
}

double MigrationRun::execute(Step const &step) {
    std::int64_t const started_at = GetCurrentTimestamp();
    auto const start = std::chrono::steady_clock::now();
    SettingsScope settings;
    execute_statements(step);
    check_constraints(step);
    settings.restore();
    clean_up(step);
    double const ms = elapsed_ms(start);
    if (!dry_run_)
        record(step, started_at, GetCurrentTimestamp(), ms);
    std::string const what = dry_run_ ? "dry run of " : direction_ == Direction::up ? "applied " : "rolled back ";
    progress_.tell(what + step.origin.version + " " + step.origin.name + " (" + milliseconds(ms) + ")");
    return ms;
}

void MigrationRun::finish() {
    progress_.tell_waiting();
    session_.clean_up(session_watch::everything); // what no hook shows: a cursor that a trigger opened
    history_.write();
}

void MigrationRun::check_constraints(Step const &step) {
    where_ = describe(step.origin, 1) + ", deferred constraints at its end";
    pg::ContextFrame context;
    context.set(where_.c_str(), nullptr);
    constraints_.check(session_watch::seen().constraint_timing);
}

void MigrationRun::clean_up(Step const &step) {
    where_ = describe(step.origin, 1) + ", clean-up after it";
    pg::ContextFrame context;
    context.set(where_.c_str(), nullptr);
    session_.clean_up(session_watch::seen());
    session_watch::forget(); // not before: a cancel in between leaves it to clean_up_after_error()
}

void MigrationRun::execute_statements(Step const &step) {
    pg::ContextFrame context;
    std::size_t number = 0;
    for (Statement const &statement : step.statements) {
        pg::check_for_interrupts();
        sql_.assign(step.body.substr(statement.begin, statement.end - statement.begin));
        where_ = describe(step.origin, statement.line) + ", statement " + std::to_string(++number) + " of " +
                 std::to_string(step.statements.size());
        context.set(where_.c_str(), sql_.c_str());
        try {
            execute_statement(sql_.c_str(), where_.c_str());
        } catch (Failure &failure) {
            failure.context = where_;
            throw;
        }
    }
}

void MigrationRun::record(Step const &step, std::int64_t started_at, std::int64_t finished_at, double ms) {
    bool const up = direction_ == Direction::up;
    StoredText const &text = step.text;
    Entry entry{};
    entry.action = up ? "apply" : "rollback";
    entry.result = up ? "applied" : "rolled_back";
    entry.version = step.origin.version;
    entry.name = step.origin.name;
    entry.up = text.up;
    entry.down = text.down;
    entry.source = text.source;
    entry.up_line = text.up_line;
    entry.down_line = text.down_line;
    entry.reversible = text.reversible;
    entry.checksum = text.checksum;
    entry.raw_checksum = text.raw_checksum;
    entry.algorithm = text.algorithm;
    entry.started_at = started_at;
    entry.finished_at = finished_at;
    entry.execution_time_ms = ms;
    history_.append(entry);
}

} // namespace mig::server
