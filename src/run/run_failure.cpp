#include "run/run_failure.hpp"

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "core/text/migrator_call.hpp"
#include "run/interrupted_ddl.hpp"
#include "server/db/read_write.hpp"
#include "server/lock/lock_limit.hpp"
#include "server/session/call_timeout.hpp"
#include "server/store/recorded_error.hpp"
#include "server/store/statement_log.hpp"

extern "C" {
#include "utils/errcodes.h"
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

// Whether a gate has refused the statement, or the block that it is in, and everything that it did is rolled back. The
// gate for rewrites acts before a statement that commits by itself does anything; the one for locks acts later.
bool is_refused(Statement const &statement, std::string_view state) {
    bool const too_large = state == sqlstate::rewrite_too_large, too_long = state == sqlstate::lock_held_too_long;
    bool const commits = statement.kind == Statement::Kind::call || std::string_view(statement.command) == "DO";
    if (statement.block > 0)
        return too_large || too_long;
    return (too_large && !commits) || (too_long && !commits && !leaves_traces(statement));
}

bool is_about_data(pg::Error const &error) {
    int const category = ERRCODE_TO_CATEGORY(error.sqlstate());
    return category == ERRCODE_DATA_EXCEPTION || category == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION;
}

// Syntax, names and types, what a body raises; but no lack of privileges, locks, memory or time.
bool is_about_text(pg::Error const &error) {
    if (error.sqlstate() == ERRCODE_INSUFFICIENT_PRIVILEGE)
        return false;
    switch (ERRCODE_TO_CATEGORY(error.sqlstate())) {
    case ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION:
    case ERRCODE_CARDINALITY_VIOLATION:
    case ERRCODE_DEPENDENT_PRIVILEGE_DESCRIPTORS_STILL_EXIST:
    case ERRCODE_INVALID_SCHEMA_NAME:
    case ERRCODE_FEATURE_NOT_SUPPORTED:
    case ERRCODE_PLPGSQL_ERROR:
        return true;
    default:
        return false;
    }
}

void write(RunContext &context, Step const &step, Stopwatch const &stopwatch, AnyError const &failure,
           StatementLog *log) {
    ReadWrite const writable;
    std::string const sqlstate = failure.sqlstate_text(), error = recorded_error(failure.what());
    StatementRun const &statements = context.statements;
    if (log && statements.number()) {
        auto const index = static_cast<std::size_t>(*statements.number() - 1);
        Statement const &statement = step.statements[index];
        StatementEntry entry{is_refused(statement, sqlstate) ? "refused" : "failed", *statements.number(),
                             *statements.line(), statement.command, step.checksums[index]};
        entry.sqlstate = sqlstate;
        entry.error = error;
        log->write(entry);
    }
    Entry entry = entry_of(step, context.direction);
    entry.result = "failed";
    entry.started_at = stopwatch.started_at();
    entry.finished_at = GetCurrentTimestamp();
    entry.execution_time_ms = stopwatch.ms();
    entry.sqlstate = sqlstate;
    entry.error = error;
    entry.statement = statements.number();
    entry.line = statements.line();
    context.history.append(entry);
    context.history.write();
}

} // namespace

void explain_failure(AnyError &error) {
    pg::Error *const raised = pg::as_error(error);
    if (!raised)
        return;
    explain_lock_failure(*raised);
    explain_call_timeout(*raised);
    lock_hold::explain(*raised);
}

void advise_correction(AnyError &error, RunContext const &context, bool resumes) {
    pg::Error *const raised = pg::as_error(error);
    if (!raised || *raised->hint_text() || context.direction == Direction::down || !context.statements.number())
        return;
    bool const data = is_about_data(*raised);
    if (!data && !is_about_text(*raised))
        return;
    std::string hint = std::string("Correct the migration") + (resumes ? " from this statement on" : "") +
                       " and load it again" + (data ? ", or correct the data" : "");
    hint += resumes ? "; CALL " + migrator_call("apply_each", context.module) + " then goes on here."
                    : "; then run it again.";
    error.set_hint(hint);
}

void record_failure(Transactions &transactions, RunContext &context, Step const &step, Stopwatch const &stopwatch,
                    AnyError const &failure, StatementLog *log) {
    pg::HoldInterrupts const hold; // a second cancel must not take the record away
    try {
        write(context, step, stopwatch, failure, log);
        transactions.commit();
    } catch (pg::Error const &error) {
        std::string const why = error.what();
        context.history.forget();
        transactions.roll_back();
        pg::warning("the failure of migration " + step.origin.version + " could not be recorded: " + why);
    }
}

} // namespace mig::server
