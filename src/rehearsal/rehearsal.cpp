#include "rehearsal/rehearsal.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/text/text.hpp"
#include "rehearsal/irreversible_watch.hpp"
#include "rehearsal/transaction_mode.hpp"
#include "run/earlier_attempt.hpp"
#include "run/plain_form.hpp"
#include "run/resumed_session.hpp"
#include "server/db/settings.hpp"
#include "server/db/subtransaction.hpp"
#include "server/lock/lock_limit.hpp"
#include "server/store/statement_log.hpp"
#include "server/watch/object_watch.hpp"
#include "server/watch/storage_watch.hpp"

#include <cstring>

extern "C" {
#include "utils/errcodes.h"
#include "utils/guc.h"
}

namespace mig::server {

namespace {

using Clock = std::chrono::steady_clock;

// What is hardly ever left out: unlike SELECT, DO or CALL it is not written for the sake of a function call.
bool creates_or_writes(const char *command) {
    for (const char *const beginning : {"CREATE ", "ALTER ", "COMMENT", "GRANT", "INSERT", "UPDATE", "DELETE"})
        if (begins_with(command, beginning))
            return true;
    return false;
}

} // namespace

Rehearsal::Rehearsal(RunContext &context, Detail detail)
    : MigrationRun(context), detail_(detail), timer_(settings::rehearse_timeout_ms()),
      relations_(detail == Detail::everything ? std::make_unique<KnownRelations>(settings::rehearse_all_locks())
                                              : nullptr),
      enums_(detail != Detail::outcome), last_wait_check_(Clock::now()) {
    context.statements.set_observer(this);
    if (detail != Detail::outcome)
        object_watch::start();
    if (relations_)
        storage_watch::start();
    // A dry run fails where apply() would fail.
    irreversible_watch::start(detail == Detail::outcome ? irreversible_watch::Modes::left_to_server
                                                        : irreversible_watch::Modes::refused);
}

Rehearsal::~Rehearsal() {
    object_watch::stop();
    storage_watch::stop();
    irreversible_watch::stop();
    context().statements.set_observer(nullptr);
}

// enums_.commit() stands where apply_each() would commit: values that the migration has added are usable from here on.
double Rehearsal::execute(Step const &step) {
    block_has_begun_ = false;
    double const ms = MigrationRun::execute(step);
    if (!rows_.empty())
        note_watched(); // of deferred triggers
    note_release();
    enums_.commit();
    return ms;
}

void Rehearsal::explain(AnyError &error) const {
    pg::Error *const raised = pg::as_error(error);
    if (raised && raised->sqlstate() == ERRCODE_QUERY_CANCELED && timer_.fired())
        raised->set_message("canceling statement due to migrator.rehearse_timeout");
}

void Rehearsal::finish() {
    MigrationRun::finish();
    timer_.stop();
    if (relations_)
        note_waiting_sessions();
}

// --- the statements of a migration that runs statement by statement --------------------------------------------------

void Rehearsal::run_statements(Step const &step) {
    if (step.transactional) {
        MigrationRun::run_statements(step);
        return;
    }
    context().statements.set_observer(nullptr);
    // Unobserved, since it is no statement of the migration that runs now.
    restore_session_in_transaction(context(), step);
    context().statements.set_observer(this);
    for (std::size_t i = step.resume.done; i < step.statements.size(); ++i) {
        Statement const &statement = step.statements[i];
        if (statement.block == 0)
            run_by_itself(step, i);
        else
            context().statements.execute(step, i, Level::function);
        bool const last = i + 1 == step.statements.size() || step.statements[i + 1].block != statement.block;
        if (statement.block == 0 || last) {
            // Here a real run commits, which would check them.
            check_constraints(step);
            note_release();
            enums_.commit();
        }
    }
}

void Rehearsal::run_by_itself(Step const &step, std::size_t index) {
    Statement const &statement = step.statements[index];
    if (statement.kind == Statement::Kind::not_in_transaction && !has_plain_form(statement)) {
        skip(step, index, "it cannot run in a transaction");
        return;
    }
    // Whether a statement can run in a transaction may turn out only when it is executed: then it is undone and
    // skipped.
    Subtransaction subtransaction;
    try {
        if (statement.kind == Statement::Kind::not_in_transaction) {
            std::string const sql(sql_of(step.body, statement));
            // A real run repairs first, too. Optional repairs (leftovers of REINDEX) are left out: without them the
            // statement does the same.
            Attempt const attempt = attempt_of(step, index);
            Repair const repair = repair_of(sql.c_str(), attempt);
            for (std::string const &repairing : repair.statements)
                if (!repair.is_optional)
                    context().statements.execute_repair(step, index, repairing, Level::rehearsal);
            if (repair.done) {
                skip(step, index, "it turns out to have been done already");
                subtransaction.commit();
                return;
            }
        }
        context().statements.execute(step, index, Level::rehearsal);
        subtransaction.commit();
    } catch (pg::Error const &error) {
        // 25001 comes from PreventInTransactionBlock(), 2D000 from a COMMIT or ROLLBACK in code that is atomic, as all
        // code is below top level (_SPI_commit()).
        int const state = error.sqlstate();
        if (state != ERRCODE_ACTIVE_SQL_TRANSACTION && state != ERRCODE_INVALID_TRANSACTION_TERMINATION)
            throw;
        std::string const why =
            state == ERRCODE_INVALID_TRANSACTION_TERMINATION ? "it ends the transaction itself" : error.what();
        subtransaction.roll_back();
        if (!open_)
            throw;
        open_ = false;
        rows_.pop_back();
        skip(step, index, why);
        return;
    }
    if (has_plain_form(statement)) {
        rows_.back().plain_form = true;
        note(plain_form_note(statement));
    }
}

// A row without a result, so that the numbers in the report are those of the file.
void Rehearsal::skip(Step const &step, std::size_t index, std::string const &why) {
    Statement const &statement = step.statements[index];
    Rehearsed row;
    row.version = step.origin.version;
    row.name = step.origin.name;
    row.statement = static_cast<std::int32_t>(index + 1);
    row.line = static_cast<std::int32_t>(step.origin.first_line + statement.line - 1);
    row.command = statement.command;
    row.sql = sql_of(step.body, statement);
    row.note = "not rehearsed: " + why;
    rows_.push_back(std::move(row));
}

// --- each statement --------------------------------------------------------------------------------------------------

void Rehearsal::statement_begins(BegunStatement const &begun) {
    // First, so that what is noted at the end is a wait of this statement.
    forget_awaited_lock();
    limit_lock_wait();
    Rehearsed row;
    row.version = begun.step.origin.version;
    row.name = begun.step.origin.name;
    row.statement = begun.number;
    row.line = begun.line;
    row.command = begun.statement.command;
    row.sql = begun.sql;
    row.verify = begun.verify;
    rows_.push_back(std::move(row));
    open_ = true;
    track_first_of_transaction(begun);
    // What this backend has written (instrument.h). The parallel workers of a statement add theirs when it ends,
    // InstrAccumParallelQuery().
    wal_before_ = pgWalUsage.wal_bytes;
    stopwatch_.emplace();
    statement_began_ = Clock::now();
}

void Rehearsal::statement_ended(Completion const &completion) {
    Rehearsed &row = rows_.back();
    row.execution_time_ms = stopwatch_->ms();
    row.wal_bytes = static_cast<std::int64_t>(pgWalUsage.wal_bytes - wal_before_);
    if (completion.counts_rows)
        row.rows = static_cast<std::int64_t>(completion.rows);
    open_ = false;
    row.objects = object_watch::take_touched();
    note_watched();
    note_sequences();
    if (!relations_)
        return;
    note_locks();
    note_own_wait(Wait::over);
    if (Clock::now() - last_wait_check_ > std::chrono::milliseconds(100))
        note_waiting_sessions();
}

// What can be left out runs in a subtransaction of its own. COPY ... FREEZE must run in the one that created or
// truncated the table, and in a dry run READ ONLY would end with it. Thousands of INSERTs, each with a subtransaction
// and with rows written in it, would slow down other sessions. And at the end of each subtransaction the server walks
// all files that the transaction has created and, once those are many, its whole relation cache: AtSubCommit_smgr(),
// AtEOSubXact_RelationCache().
bool Rehearsal::can_leave_out(BegunStatement const &statement) {
    constexpr std::size_t many = 1000;
    const char *const command = statement.statement.command;
    if (std::strcmp(command, "COPY") == 0 && lower_case(statement.sql).find("freeze") != std::string::npos)
        return false;
    if (statement.step.statements.size() > many && std::strcmp(command, "INSERT") == 0)
        return false;
    if (detail_ == Detail::outcome && begins_with(command, "SET"))
        return false;
    kept_ = creates_or_writes(command) ? &kept_writing_ : &kept_other_;
    if (*kept_ == many)
        return false;
    ++*kept_;
    return true;
}

bool Rehearsal::can_continue_after(pg::Error const &error) {
    return irreversible_watch::is_refusal(error) ||
           // Only a subtransaction of ours is in its way: apply() can do it.
           (detail_ != Detail::outcome && error.is_message("cannot export a snapshot from a subtransaction"));
}

// It was rolled back: it counts neither as kept nor for rewrites.
void Rehearsal::statement_left_out(std::string const &why) {
    open_ = false;
    --*kept_;
    rows_.back().note = "not rehearsed: " + why;
    note_watched(why);
    if (relations_)
        storage_watch::start(); // forgets
    else
        warn(why);
    if (left_out_.empty())
        left_out_ = context().statements.where();
}

bool Rehearsal::statement_passed_over(std::string const &why) {
    open_ = false;
    rows_.back().note = "passed over: " + why;
    return detail_ != Detail::outcome;
}

// A caller that gets no rows is warned at once.
void Rehearsal::warn(std::string const &text) const {
    pg::warning("not rehearsed: " + context().statements.where() + ": " + text);
}

void Rehearsal::note_watched(std::string_view known) {
    irreversible_watch::Findings const findings = irreversible_watch::take_findings();
    for (std::string const &effect : findings.refused) { // and the body caught the error
        if (effect == known)
            continue;
        note("not rehearsed: " + effect);
        if (!relations_)
            warn(effect);
    }
    for (std::string const &remark : findings.remarks) {
        note(remark);
        if (!relations_)
            pg::notice(context().statements.where() + ": " + remark);
    }
}

void Rehearsal::track_first_of_transaction(BegunStatement const &begun) {
    if (begun.verify)
        return irreversible_watch::expect_first_of_transaction(false);
    std::uint32_t const block = begun.statement.block;
    bool const first = block == 0 || block != block_ || !block_has_begun_;
    bool const may_follow = first && transaction_mode::needs_no_snapshot(begun.statement);
    block_ = block;
    block_has_begun_ = !may_follow;
    irreversible_watch::expect_first_of_transaction(may_follow);
}

void Rehearsal::verification_begins() {
    advanced_.save();
    verified_from_ = rows_.size();
    if (relations_)
        relations_->save();
}

void Rehearsal::verification_undone() {
    advanced_.restore();
    note_release(verified_from_);
    if (relations_)
        relations_->restore();
}

// A rehearsal waits for locks no longer than its own setting allows, whatever a body sets. LockTimeout is the variable
// of lock_timeout, in ms; 0 is no limit.
void Rehearsal::limit_lock_wait() {
    int const limit = settings::rehearse_lock_timeout_ms();
    lock_wait_cut_ = limit > 0 && (LockTimeout == 0 || LockTimeout >= limit);
    if (!lock_wait_cut_ || LockTimeout == limit)
        return;
    // Not GUC_ACTION_SAVE: the body may have SET it at this nest level.
    std::string const value = std::to_string(limit);
    const char *const text = value.c_str();
    pg::guarded([=] {
        (void) set_config_option("lock_timeout", text, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
    });
}

void Rehearsal::note(std::string const &text) {
    std::optional<std::string> &notes = rows_.back().note;
    notes = notes ? *notes + "; " + text : text;
}

// --- its end ---------------------------------------------------------------------------------------------------------

// A cancel is one only if a timer of ours has sent it.
bool Rehearsal::is_finding(AnyError const &error) const {
    if (!error.must_propagate())
        return true;
    pg::Error const *const raised = pg::as_error(error);
    return raised && raised->sqlstate() == ERRCODE_QUERY_CANCELED &&
           (timer_.fired() || context().statements.timed_out());
}

void Rehearsal::note_failure(Step const &step, AnyError const &error) {
    timer_.stop();
    if (!open_) { // it failed beside its statements, in deferred constraints for instance: that gets a row of its own
        std::string const &where = context().statements.where();
        Rehearsed row;
        row.version = step.origin.version;
        row.name = step.origin.name;
        row.command = where.substr(where.rfind(", ") + 2);
        rows_.push_back(std::move(row));
    }
    Rehearsed &row = rows_.back();
    if (open_) {
        row.execution_time_ms = stopwatch_->ms();
        row.wal_bytes = static_cast<std::int64_t>(pgWalUsage.wal_bytes - wal_before_);
    }
    open_ = false;
    row.error = error.what();
    row.sqlstate = error.sqlstate_text();
    if (!left_out_.empty())
        note("it may depend on what was not rehearsed: " + left_out_);
    note_release();
    if (!relations_)
        return;
    note_own_wait(Wait::failed);
    if (lock_wait_cut_ && row.sqlstate == sqlstate::lock_not_available)
        note("a rehearsal waits no longer than migrator.rehearse_lock_timeout, " +
             std::to_string(settings::rehearse_lock_timeout_ms()) + " ms");
    if (row.sqlstate == sqlstate::unsafe_enum_value && enums_.held_back())
        note("an index that existed before could store the new value, which would outlive the rehearsal; "
             "apply_each() commits the migration that adds it first");
}

} // namespace mig::server
