#include "run/statementwise_run.hpp"

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "core/text/text.hpp"
#include "run/earlier_attempt.hpp"
#include "run/interrupted_ddl.hpp"
#include "run/leftovers.hpp"
#include "run/plain_form.hpp"
#include "run/resumed_session.hpp"
#include "run/retry.hpp"
#include "run/run_failure.hpp"
#include "run/verification_run.hpp"
#include "server/db/read_write.hpp"
#include "server/lock/lock_limit.hpp"
#include "server/session/call_timeout.hpp"
#include "server/session/session_settings.hpp"
#include "server/session/session_state.hpp"
#include "server/store/statement_log.hpp"

extern "C" {
#include "storage/proc.h"
#include "utils/errcodes.h"
}

namespace mig::server {

namespace {

// For each statement: repair what an earlier attempt left, commit the record of its start, execute it, and record its
// end. An interruption at any point leaves records from which the next run can tell what has to be done.
class StatementwiseRun {
  public:
    StatementwiseRun(Transactions &transactions, SessionRunLock &lock, RunContext &context, Step const &step)
        : transactions_(transactions), lock_(lock), context_(context), step_(step),
          log_(context.module, step.origin.version, step.origin.down, step.statements.size(), context.run_by) {}

    double execute() {
        try {
            return bad_alloc_as_failure([&] {
                begin();
                state_.emplace();
                for (std::size_t i = step_.resume.done; i < step_.statements.size();)
                    i = execute_unit(i);
                return end();
            });
        } catch (AnyError &error) {
            // First, because explaining reads catalogs, which an aborted transaction cannot.
            undo_session();
            if (pg::Error *const raised = pg::as_error(error)) {
                if (resumed_)
                    resumed_->explain(step_, *raised, context_.statements.number());
                explain_attempt(*raised);
            }
            explain_failure(error);
            advise_correction(error, context_, context_.statements.number().value_or(0) > 1);
            context_.statements.add_place(error);
            record_failure(transactions_, context_, step_, stopwatch_, error, log_of_failure());
            throw;
        }
    }

  private:
    // Whether the current statement has run while its end is not yet on record, and whether its work is committed.
    enum class Unrecorded : unsigned char { nothing, ran, committed };

    // Null: the failure is none of the statement's. If its start was not yet on record, an earlier attempt's record
    // holds; if only its end could not be recorded, it has not failed, and the next run treats it as interrupted.
    StatementLog *log_of_failure() { return began_ && unrecorded_ == Unrecorded::nothing ? &log_ : nullptr; }

    void explain_attempt(pg::Error &error) const {
        if (unrecorded_ != Unrecorded::nothing)
            explain_missing_end(error, unrecorded_ == Unrecorded::committed, step_.origin.down);
        else if (began_ && prior_ != Attempt::Prior::none && context_.statements.number())
            explain_earlier_attempt(error, step_.statements[*context_.statements.number() - 1u], step_.origin.down);
    }

    // Committed at once: a limit for the session is a SET, which an abort of the first statement would undo.
    void begin() {
        limit_lock_waits(step_.directives, LimitScope::session);
        transactions_.commit();
        if (step_.resume.done == 0 && step_.resume.next == Resume::Before::never_began)
            return;
        std::size_t const done = step_.resume.done, all = step_.statements.size();
        pg::notice("migration " + label(*step_.migration) + " resumes " +
                   (done < all ? "at statement " + std::to_string(done + 1) + " of " + std::to_string(all)
                               : "after its last statement"));
        restore_session();
    }

    // The session that ran the first statements is gone, and so is what they set.
    void restore_session() {
        resumed_.emplace(step_);
        resumed_->restore(context_, step_,
                          [this](std::size_t index, bool may_fail) { return execute_again(index, may_fail); });
        transactions_.commit();
    }

    bool execute_again(std::size_t index, bool may_fail) {
        try {
            context_.statements.execute(step_, index, Level::top);
            transactions_.commit();
            return true;
        } catch (pg::Error const &error) {
            if (!may_fail || error.must_propagate())
                throw;
            transactions_.roll_back();
            return false;
        }
    }

    // Executes a single statement or a block, trying it again as a whole when it did not get its locks. Returns the
    // index of the statement after it.
    std::size_t execute_unit(std::size_t begin) {
        context_.statements.set_place(step_, begin); // also for what fails before it runs
        began_ = false;
        unrecorded_ = Unrecorded::nothing;
        bool const block = step_.statements[begin].block > 0;
        std::size_t const end = block ? end_of_block(begin) : begin + 1;
        // A block is a transaction: after an interruption nothing of it is left, and there is nothing to repair.
        Attempt attempt = block ? Attempt{} : attempt_of(step_, begin);
        int const retries = lock_retries(step_.directives);
        for (int retry = 1;; ++retry) {
            prior_ = attempt.prior;
            try {
                // In each attempt, since the abort before it has released one part of the run lock.
                lock_.reacquire();
                if (block)
                    try_block(begin, end);
                else
                    try_statement(begin, attempt);
                return end;
            } catch (pg::Error &error) {
                // 55P03 and 40P01: whatever else has failed would fail again.
                if (retry > retries || !may_succeed_on_retry(error))
                    throw;
                transactions_.roll_back();
                state_->rolled_back();
                wait_before_retry(transactions_, step_, error, retry, retries);
                // What the next try may find depends on whether this one ran: one that failed has left what the server
                // leaves (an invalid index), one whose end is not on record may have all of its effect.
                attempt.prior = unrecorded_ == Unrecorded::nothing ? Attempt::Prior::failed : Attempt::Prior::cut_off;
            }
        }
    }

    std::size_t end_of_block(std::size_t index) const {
        std::uint32_t const block = step_.statements[index].block;
        while (index < step_.statements.size() && step_.statements[index].block == block)
            ++index;
        return index;
    }

    // Only the start of the block is committed separately, so that an interruption is known; the other records commit
    // with the block's work. The BEGIN and COMMIT of the body are not among the statements: the runner's commit stands
    // for them.
    void try_block(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            write_start(i, {});
            if (i == begin)
                commit_start();
            context_.statements.execute(step_, i, Level::function);
            write_end(i, false);
        }
        lock_hold::end();
        std::string const where = context_.statements.where() + ", commit";
        pg::ContextFrame context; // of a deferred constraint
        context.set(where.c_str(), nullptr);
        transactions_.commit();
        state_->committed();
    }

    // After a statement whose work is committed already, only its record is tried again.
    void try_statement(std::size_t index, Attempt const &attempt) {
        if (unrecorded_ != Unrecorded::committed)
            run_statement(index, attempt);
        write_end(index, may_commit(index));
        unrecorded_ = Unrecorded::nothing;
        transactions_.commit();
        state_->committed();
    }

    // The end of an ordinary statement is recorded in the transaction of its work. One that no transaction can hold has
    // effects outside of it too (files, slots): it commits at once, and no cancel may come in between, so that a
    // failure to record its end cannot roll half of them back. For a client the server commits at once after these as
    // well: PreventInTransactionBlock() sets XACT_FLAGS_NEEDIMMEDIATECOMMIT.
    void run_statement(std::size_t index, Attempt const &attempt) {
        unrecorded_ = Unrecorded::nothing;
        Repair repair;
        if (leaves_traces(step_.statements[index]))
            repair = repair_of(sql_of(index).c_str(), attempt);
        write_start(index, attempt.objects_before);
        commit_start();
        if (!repair.notice.empty())
            pg::notice("migration " + label(*step_.migration) + ": " + repair.notice);
        bool const lifts = is_free_of_limit(index);
        if (lifts)
            lift_lock_limit(own_lock_timeout_);
        for (std::string const &sql : repair.statements)
            execute_repair(index, sql, repair.is_optional);
        if (!repair.done)
            context_.statements.execute(step_, index, Level::top);
        pg::HoldInterrupts const hold;
        if (lifts)
            limit_lock_waits(step_.directives, LimitScope::session);
        lock_hold::end();
        if (reaches_outside(step_.statements[index]))
            transactions_.commit();
        unrecorded_ = reaches_outside(step_.statements[index]) ? Unrecorded::committed : Unrecorded::ran;
    }

    // CONCURRENTLY, unless the migration itself says how long to wait, by its directive or in an earlier statement.
    bool is_free_of_limit(std::size_t index) {
        if (step_.directives.lock_timeout_ms || !has_plain_form(step_.statements[index]))
            return false;
        for (; looked_at_ < index && !sets_lock_timeout_; ++looked_at_)
            sets_lock_timeout_ = may_set_lock_timeout(looked_at_);
        return !sets_lock_timeout_;
    }

    bool may_set_lock_timeout(std::size_t index) const {
        std::string_view const command = step_.statements[index].command;
        bool const resets = begins_with(command, "RESET") || begins_with(command, "DISCARD");
        if (!resets && !begins_with(command, "SET") && command != "SELECT" && !runs_code(step_.statements[index]))
            return false;
        std::string const sql = lower_case(sql_of(index));
        return sql.find("lock_timeout") != std::string::npos || (resets && sql.find("all") != std::string::npos);
    }

    void execute_repair(std::size_t index, std::string const &sql, bool is_optional) {
        try {
            context_.statements.execute_repair(step_, index, sql, Level::top);
            transactions_.commit();
        } catch (pg::Error const &error) {
            if (!is_optional || error.sqlstate() != ERRCODE_INSUFFICIENT_PRIVILEGE)
                throw;
            transactions_.roll_back();
            warn_about_leftover(step_, error, sql);
        }
    }

    // SessionState then compares all settings, since AtEOXact_GUC() has emptied their stacks at each commit.
    bool may_commit(std::size_t index) const {
        Statement const &statement = step_.statements[index];
        return leaves_traces(statement) || runs_code(statement);
    }

    static bool runs_code(Statement const &statement) {
        return statement.kind == Statement::Kind::call || std::string_view(statement.command) == "DO";
    }

    // Not a CALL or DO: whatever they commit themselves, their last transaction is an ordinary one.
    static bool reaches_outside(Statement const &statement) {
        return leaves_traces(statement) && !runs_code(statement);
    }

    // Settings come first, among them the role, so that the verify script finds the session as the next migration will.
    // It shares its transaction with the record of success: one is not without the other.
    double end() {
        context_.statements.set_place(step_, "clean-up after it");
        settings_.restore();
        context_.statements.report_passed_over(step_);
        context_.session.clean_up(session_watch::everything);
        session_watch::forget();
        transactions_.commit();
        verify(context_, step_);
        double const ms = stopwatch_.ms();
        context_.statements.set_place(step_, "commit");
        record_done(context_, step_, stopwatch_, ms);
        {
            ReadWrite const writable;
            context_.history.write();
        }
        transactions_.commit();
        return ms;
    }

    // After an error. Errors of its own are a WARNING, so that the failure can be recorded. Without interrupts: a
    // cancel in here would leave the failure unrecorded.
    void undo_session() {
        pg::HoldInterrupts const hold;
        lock_hold::pause();
        context_.history.forget();
        transactions_.roll_back();
        try {
            settings_.restore();
            context_.session.clean_up(session_watch::everything);
            session_watch::forget();
            transactions_.commit();
        } catch (pg::Error const &error) {
            std::string const why = error.what();
            transactions_.roll_back();
            pg::warning("the session could not be restored: " + why);
        }
    }

    StatementEntry entry_for(std::size_t index, const char *result) const {
        Statement const &statement = step_.statements[index];
        return {result, static_cast<std::int32_t>(index + 1),
                static_cast<std::int32_t>(step_.origin.first_line + statement.line - 1), statement.command,
                step_.checksums[index]};
    }

    void commit_start() {
        transactions_.commit();
        began_ = true;
    }

    void write_start(std::size_t index, std::vector<std::string> const &objects_before) {
        std::string const sql = sql_of(index);
        StatementEntry entry = entry_for(index, "started");
        entry.sql = sql;
        entry.objects_before = &objects_before;
        std::string relation;
        if (leaves_traces(step_.statements[index]))
            relation = relation_of(sql.c_str());
        entry.relation = relation;
        write(entry);
    }

    // With what the statement has changed in the session, so that another session can resume after it.
    void write_end(std::size_t index, bool may_have_committed) {
        if (resumed_)
            resumed_->keep_defaults();
        StatementEntry entry = entry_for(index, "finished");
        StatementEffect const effect = effect_of(entry.command, sql_of(index));
        entry.session_changes = to_record(state_->changes(effect, may_have_committed));
        write(entry);
    }

    void write(StatementEntry const &entry) {
        ReadWrite const writable;
        log_.write(entry);
    }

    std::string sql_of(std::size_t index) const {
        Statement const &statement = step_.statements[index];
        return std::string(mig::sql_of(step_.body, statement));
    }

    Transactions &transactions_;
    SessionRunLock &lock_;
    RunContext &context_;
    Step const &step_;
    Stopwatch const stopwatch_{};
    StatementwiseMark const mark_{};
    SessionSettings settings_{};
    std::optional<ResumedSession> resumed_ = std::nullopt;
    std::optional<SessionState> state_ = std::nullopt;
    StatementLog log_;
    Attempt::Prior prior_ = Attempt::Prior::none; // the attempt before the current one, at the current statement
    int const own_lock_timeout_ = LockTimeout;
    std::size_t looked_at_ = 0; // statements that is_free_of_limit() has looked at
    bool sets_lock_timeout_ = false;
    bool began_ = false; // the start of the current statement is on record
    Unrecorded unrecorded_ = Unrecorded::nothing;
};

} // namespace

double run_statement_by_statement(Transactions &transactions, SessionRunLock &lock, RunContext &context,
                                  Step const &step) {
    return StatementwiseRun(transactions, lock, context, step).execute();
}

} // namespace mig::server
