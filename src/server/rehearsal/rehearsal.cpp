#include "server/rehearsal/rehearsal.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/text.hpp"
#include "server/interrupted_ddl.hpp"
#include "server/lock_limit.hpp"
#include "server/object_watch.hpp"
#include "server/rehearsal/plain_form.hpp"
#include "server/rehearsal/storage_watch.hpp"
#include "server/rehearsal/waiting_sessions.hpp"
#include "server/resumed_session.hpp"
#include "server/settings.hpp"
#include "server/statement_log.hpp"
#include "server/subtransaction.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_class.h"
#include "storage/proc.h"
#include "utils/errcodes.h"
#include "utils/guc.h"
}

namespace mig::server {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
    return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count()) /
           1000;
}

const char *mode_name(LOCKMODE mode) { return GetLockmodeName(DEFAULT_LOCKMETHOD, mode); }

constexpr LOCKMASK strong = LOCKBIT_ON(ShareUpdateExclusiveLock) | LOCKBIT_ON(ShareLock) |
                            LOCKBIT_ON(ShareRowExclusiveLock) | LOCKBIT_ON(ExclusiveLock) |
                            LOCKBIT_ON(AccessExclusiveLock);

// What such a statement reads in full it reads for its result.
bool reads_for_itself(std::string const &command) {
    for (const char *const one : {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "CREATE TABLE AS",
                                  "SELECT INTO", "CREATE MATERIALIZED VIEW", "REFRESH MATERIALIZED VIEW", "EXPLAIN",
                                  "EXECUTE", "FETCH", "MOVE", "DECLARE CURSOR"})
        if (command == one)
            return true;
    return false;
}

bool runs_code(std::string const &command) { return command == "DO" || command == "CALL"; }

bool conflicts(LOCKMASK held, LOCKMODE wanted) {
    for (LOCKMODE mode = NoLock + 1; mode <= MaxLockMode; ++mode)
        if ((held & LOCKBIT_ON(mode)) && DoLockModesConflict(wanted, mode))
            return true;
    return false;
}

template <class List, class One>
bool contains(List const &list, One const &one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

std::string joined(std::vector<std::string> const &list) {
    std::string text;
    for (std::string const &one : list)
        text += (text.empty() ? "" : ", ") + one;
    return text;
}

} // namespace

Rehearsal::Rehearsal(RunContext &context, std::vector<Step> const &steps, Look look)
    : MigrationRun(context), look_(look), timer_(settings::rehearse_timeout_ms()),
      relations_(look == Look::at_everything ? std::make_unique<KnownRelations>(settings::rehearse_all_locks())
                                             : nullptr),
      enums_(look != Look::at_outcome ? steps : std::vector<Step>()), last_look_(Clock::now()) {
    context.statements.set_observer(this);
    if (look != Look::at_outcome)
        object_watch::start();
    if (relations_)
        storage_watch::start();
}

Rehearsal::~Rehearsal() {
    object_watch::stop();
    storage_watch::stop();
    context().statements.set_observer(nullptr);
}

double Rehearsal::execute(Step const &step) {
    double const ms = MigrationRun::execute(step);
    enums_.commit();
    return ms;
}

void Rehearsal::explain(pg::Error &error) const {
    if (error.sqlstate() == ERRCODE_QUERY_CANCELED && timer_.fired())
        error.set_message("canceling statement due to migrator.rehearse_timeout");
}

void Rehearsal::finish() {
    MigrationRun::finish();
    timer_.stop();
    if (!relations_)
        return;
    look_for_waiting_sessions();
    tell_sequences();
}

// --- the statements of a migration that runs statement by statement --------------------------------------------------

void Rehearsal::run_statements(Step const &step) {
    if (step.transactional) {
        MigrationRun::run_statements(step);
        return;
    }
    context().statements.set_observer(nullptr);
    put_back_in_transaction(context(), step);
    context().statements.set_observer(this);
    for (std::size_t i = step.resume.done; i < step.statements.size(); ++i) {
        Statement const &statement = step.statements[i];
        if (statement.block == 0)
            run_by_itself(step, i);
        else
            context().statements.execute(step, i, Level::function);
        bool const last = i + 1 == step.statements.size() || step.statements[i + 1].block != statement.block;
        if (statement.block == 0 || last) {
            check_constraints(step);
            enums_.commit();
        }
    }
}

void Rehearsal::run_by_itself(Step const &step, std::size_t index) {
    Statement const &statement = step.statements[index];
    if (statement.kind == Statement::Kind::not_in_transaction && !has_plain_form(statement)) {
        pass_over(step, index, "it cannot run in a transaction");
        return;
    }
    Subtransaction subtransaction;
    try {
        if (statement.kind == Statement::Kind::not_in_transaction) {
            std::string const sql(step.body.substr(statement.begin, statement.end - statement.begin));
            Attempt attempt;
            if (index == step.resume.done && step.resume.next != Resume::Before::never_began) {
                attempt.prior =
                    step.resume.next == Resume::Before::failed ? Attempt::Prior::failed : Attempt::Prior::cut_off;
                attempt.objects_before = objects_on_record(*step.resume.began);
            } else {
                attempt.objects_before = objects_of(sql.c_str());
            }
            Repair const repair = repair_of(sql.c_str(), attempt);
            for (std::string const &one : repair.statements)
                if (!repair.may_stay)
                    context().statements.execute_repair(step, index, one, Level::rehearsal);
            if (repair.done) {
                pass_over(step, index, "it turns out to be done already");
                subtransaction.commit();
                return;
            }
        }
        context().statements.execute(step, index, Level::rehearsal);
        subtransaction.commit();
    } catch (pg::Error const &error) {
        int const state = error.sqlstate();
        if (state != ERRCODE_ACTIVE_SQL_TRANSACTION && state != ERRCODE_INVALID_TRANSACTION_TERMINATION)
            throw;
        std::string const why =
            state == ERRCODE_INVALID_TRANSACTION_TERMINATION ? "it ends the transaction by itself" : error.what();
        subtransaction.roll_back();
        if (!open_)
            throw;
        open_ = false;
        rows_.pop_back();
        pass_over(step, index, why);
        return;
    }
    if (has_plain_form(statement))
        note(plain_form_note(statement));
}

void Rehearsal::pass_over(Step const &step, std::size_t index, std::string const &why) {
    Statement const &statement = step.statements[index];
    Rehearsed row;
    row.version = step.origin.version;
    row.name = step.origin.name;
    row.statement = static_cast<std::int32_t>(index + 1);
    row.line = static_cast<std::int32_t>(step.origin.first_line + statement.line - 1);
    row.command = statement.command;
    row.sql = step.body.substr(statement.begin, statement.end - statement.begin);
    row.note = "not rehearsed: " + why;
    rows_.push_back(std::move(row));
}

// --- each statement
// ---------------------------------------------------------------------------------------------------

void Rehearsal::begins(BegunStatement const &begun) {
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
    wal_before_ = pgWalUsage.wal_bytes;
    began_ = Clock::now();
}

void Rehearsal::ended(Completion const &completion) {
    Rehearsed &row = rows_.back();
    row.duration_ms = ms_since(began_);
    row.wal_bytes = static_cast<std::int64_t>(pgWalUsage.wal_bytes - wal_before_);
    if (completion.counts_rows)
        row.rows = static_cast<std::int64_t>(completion.rows);
    open_ = false;
    row.objects = object_watch::take();
    if (!relations_)
        return;
    look_at_locks();
    look_at_own_wait(false);
    if (Clock::now() - last_look_ > std::chrono::milliseconds(100))
        look_for_waiting_sessions();
}

void Rehearsal::verification_begins() {
    if (relations_)
        relations_->save();
}

void Rehearsal::verification_undone() {
    if (relations_)
        relations_->undo();
}

// The rehearsal waits no longer than its own setting allows, whatever a body sets.
void Rehearsal::limit_lock_wait() {
    int const most = settings::rehearse_lock_timeout_ms();
    lock_wait_cut_ = most > 0 && (LockTimeout == 0 || LockTimeout >= most);
    if (!lock_wait_cut_ || LockTimeout == most)
        return;
    // Not GUC_ACTION_SAVE: the body may have SET it at this nest level.
    std::string const value = std::to_string(most);
    const char *const text = value.c_str();
    pg::guarded([=] {
        (void) set_config_option("lock_timeout", text, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
    });
}

void Rehearsal::note(std::string const &text) {
    std::optional<std::string> &all = rows_.back().note;
    all = all ? *all + "; " + text : text;
}

// --- what it did -----------------------------------------------------------------------------------------------------

void Rehearsal::look_at_locks() {
    std::size_t const number = rows_.size() - 1;
    Rehearsed &row = rows_.back();
    std::vector<NewLock> const taken = relations_->take_new_locks(number);
    for (NewLock const &one : taken) {
        for (LOCKMODE mode = MaxLockMode; mode > NoLock; --mode)
            if (one.modes & LOCKBIT_ON(mode))
                row.locks.push_back({one.relation->name, mode_name(mode)});
        // nextval() and setval() keep it until the end of the transaction.
        if (one.relation->kind == RELKIND_SEQUENCE && (one.modes & LOCKBIT_ON(RowExclusiveLock))) {
            sequences_.push_back(one.relation->name);
            note("advances sequence " + one.relation->name + ", which no rollback takes back");
        }
    }
    std::vector<std::string> const emptied = look_at_storage();
    // A rewrite reads the table too. Of what runs queries of its own, only tables count that it has locked for DDL.
    for (KnownRelations::Scanned const &one : relations_->take_scans()) {
        if (contains(row.rewrites, one.relation->name) || contains(emptied, one.relation->name))
            continue;
        bool const by_code = runs_code(row.command), for_itself = reads_for_itself(row.command);
        bool const newly = std::any_of(taken.begin(), taken.end(), [&](NewLock const &lock) {
            return lock.relation == one.relation && (lock.modes & strong);
        });
        if ((!by_code && !for_itself) || (by_code && (one.relation->held & strong)) || newly)
            row.scans.push_back(one.relation->name);
    }
}

std::vector<std::string> Rehearsal::look_at_storage() {
    storage_watch::Seen const seen = storage_watch::take();
    std::vector<std::string> emptied;
    for (Oid const one : seen.replaced)
        if (KnownRelation const *relation = relations_->find(one); relation && relation->kind != RELKIND_SEQUENCE)
            rows_.back().rewrites.push_back(relation->name);
    for (Oid const one : seen.emptied)
        if (KnownRelation const *relation = relations_->find(one))
            emptied.push_back(relation->name);
    if (!emptied.empty())
        note("empties " + joined(emptied));
    return emptied;
}

void Rehearsal::look_at_own_wait(bool in_vain) {
    std::optional<AwaitedLock> const awaited = last_awaited_lock();
    if (!awaited)
        return;
    std::string text = "this statement waited " + std::to_string(awaited->ms) + " ms for " + mode_name(awaited->mode);
    if (awaited->tag.locktag_type == LOCKTAG_RELATION)
        if (KnownRelation const *relation = relations_->find(awaited->tag.locktag_field2))
            text += " on " + relation->name;
    std::string const who = in_vain ? blockers() : std::string(); // who was, nobody knows once it is over
    rows_.back().blocks.push_back(text + (who.empty() ? "" : "; in the way: " + who));
}

// They may have come any time since the lock was taken: the row that took it gets them.
void Rehearsal::look_for_waiting_sessions() {
    last_look_ = Clock::now();
    for (WaitingSession const &one : waiting_sessions()) {
        std::size_t row = rows_.empty() ? 0 : rows_.size() - 1;
        std::string what = std::string(mode_name(one.mode));
        if (OidIsValid(one.relation)) {
            KnownRelation const *const relation = relations_->find(one.relation);
            if (!relation || !conflicts(relation->held, one.mode))
                continue;
            row = relation->row;
            what += " on " + relation->name;
        } else {
            what = "a row that was written";
        }
        if (row < rows_.size() && told_waiting_.insert({one.pid, one.relation}).second)
            rows_[row].blocks.push_back(describe_session(one.pid) + ": waits for " + what);
    }
}

void Rehearsal::tell_sequences() {
    if (!sequences_.empty())
        pg::notice("the rehearsal is rolled back, but " + joined(sequences_) +
                   (sequences_.size() == 1 ? " keeps the values" : " keep the values") + " that it took");
}

// --- its end
// ----------------------------------------------------------------------------------------------------------

bool Rehearsal::is_finding(pg::Error const &error) const {
    if (!error.must_propagate())
        return true;
    return error.sqlstate() == ERRCODE_QUERY_CANCELED && (timer_.fired() || context().statements.timed_out());
}

void Rehearsal::note_failure(Step const &step, std::string const &message, const char *sqlstate) {
    timer_.stop();
    if (!open_) {
        std::string const &where = context().statements.where();
        Rehearsed row;
        row.version = step.origin.version;
        row.name = step.origin.name;
        row.command = where.substr(where.rfind(", ") + 2);
        rows_.push_back(std::move(row));
    }
    Rehearsed &row = rows_.back();
    if (open_) {
        row.duration_ms = ms_since(began_);
        row.wal_bytes = static_cast<std::int64_t>(pgWalUsage.wal_bytes - wal_before_);
    }
    open_ = false;
    row.error = message;
    row.sqlstate = sqlstate;
    if (!relations_)
        return;
    look_at_own_wait(true);
    if (lock_wait_cut_ && row.sqlstate == "55P03")
        note("it waits no longer than migrator.rehearse_lock_timeout allows, " +
             std::to_string(settings::rehearse_lock_timeout_ms()) + " ms");
    if (row.sqlstate == "55P04" && enums_.held_back())
        note("an index that was there before could store the new value, which would outlive the rehearsal; "
             "apply_each() commits the migration that adds it first");
}

} // namespace mig::server
