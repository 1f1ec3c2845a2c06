// What the rehearsed statements did: locks, rewrites, scans, sequences, and who waits for whom.
#include "rehearsal/rehearsal.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/text/text.hpp"
#include "rehearsal/waiting_sessions.hpp"
#include "server/db/settings.hpp"
#include "server/lock/lock_limit.hpp"
#include "server/watch/storage_watch.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_class.h"
#include "storage/proc.h"
}

namespace mig::server {

namespace {

const char *mode_name(LOCKMODE mode) { return GetLockmodeName(DEFAULT_LOCKMETHOD, mode); }

// Modes that DDL takes, and DML never. ("Explicit Locking" in the manual): DML and queries go no further than
// RowExclusiveLock.
constexpr LOCKMASK strong = LOCKBIT_ON(ShareUpdateExclusiveLock) | LOCKBIT_ON(ShareLock) |
                            LOCKBIT_ON(ShareRowExclusiveLock) | LOCKBIT_ON(ExclusiveLock) |
                            LOCKBIT_ON(AccessExclusiveLock);

// Commands that read tables for their result: that they scan a whole table is nothing to report.
bool reads_for_result(std::string const &command) {
    for (const char *const reader : {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "CREATE TABLE AS",
                                     "SELECT INTO", "CREATE MATERIALIZED VIEW", "REFRESH MATERIALIZED VIEW", "EXPLAIN",
                                     "EXECUTE", "FETCH", "MOVE", "DECLARE CURSOR"})
        if (command == reader)
            return true;
    return false;
}

bool runs_code(std::string const &command) { return command == "DO" || command == "CALL"; }

// All modes that are held count, not only the strongest: ShareLock waits for RowExclusiveLock, and not for another
// ShareLock.
bool conflicts(LOCKMASK held, LOCKMODE wanted) {
    for (LOCKMODE mode = NoLock + 1; mode <= MaxLockMode; ++mode)
        if ((held & LOCKBIT_ON(mode)) && DoLockModesConflict(wanted, mode))
            return true;
    return false;
}

template <class List, class Item>
bool contains(List const &list, Item const &item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

std::string joined(std::vector<std::string> const &list) {
    std::string text;
    for (std::string const &item : list)
        append_item(text, item);
    return text;
}

} // namespace

std::string Rehearsal::table_of(KnownRelation const &relation) const {
    KnownRelation const *const table = OidIsValid(relation.table) ? relations_->find(relation.table) : nullptr;
    return table ? table->name : std::string();
}

void Rehearsal::note_locks() {
    std::size_t const number = rows_.size() - 1;
    Rehearsed &row = rows_.back();
    std::vector<NewLock> const locks = relations_->take_new_locks(number);
    for (NewLock const &lock : locks) {
        for (LOCKMODE mode = MaxLockMode; mode > NoLock; --mode)
            if (lock.modes & LOCKBIT_ON(mode))
                row.locks.push_back({lock.relation->name, mode_name(mode), table_of(*lock.relation)});
    }
    if (!row.locks.empty())
        held_.push_back({number, taken_since(locks)});
    std::vector<std::string> const truncated = note_storage();
    // A rewrite scans the table too. Of commands that run queries of their own, only scans of tables count that they
    // have locked for DDL.
    for (KnownRelations::Scanned const &scanned : relations_->take_scans()) {
        if (contains(row.rewrites, scanned.relation->name) || contains(truncated, scanned.relation->name))
            continue;
        bool const by_code = runs_code(row.command), for_result = reads_for_result(row.command);
        bool const newly = std::any_of(locks.begin(), locks.end(), [&](NewLock const &lock) {
            return lock.relation == scanned.relation && (lock.modes & strong);
        });
        if ((!by_code && !for_result) || (by_code && (scanned.relation->held & strong)) || newly)
            row.scans.push_back(scanned.relation->name);
    }
}

// A statement takes its locks when it begins, or at the end of its wait for them. Where it takes several, it may have
// had the others before that wait.
std::chrono::steady_clock::time_point Rehearsal::taken_since(std::vector<NewLock> const &locks) const {
    std::optional<AwaitedLock> const awaited = last_awaited_lock();
    bool const only = awaited && awaited->tag.locktag_type == LOCKTAG_RELATION && locks.size() == 1 &&
                      locks.front().oid == awaited->tag.locktag_field2;
    return statement_began_ + std::chrono::milliseconds(only ? awaited->ms : 0);
}

// Where a real run would release the locks, which the rehearsal keeps: those of the rows from `from` on.
void Rehearsal::note_release(std::size_t from) {
    auto const now = std::chrono::steady_clock::now();
    while (!held_.empty() && held_.back().row >= from) {
        rows_[held_.back().row].held_ms = std::chrono::duration<double, std::milli>(now - held_.back().since).count();
        held_.pop_back();
    }
    if (relations_)
        relations_->begin_anew();
}

// Named as before the rehearsal where that is known: others know a sequence by no other name.
void Rehearsal::note_sequences() {
    for (AdvancedSequences::Advanced &advanced : advanced_.take_advanced()) {
        KnownRelation const *const known = relations_ ? relations_->find(advanced.relation) : nullptr;
        std::string const &name = known ? known->name : advanced.name;
        note("advances sequence " + name + ", which no rollback undoes");
        sequences_.push_back(name);
    }
}

// A sequence gets new storage by ALTER SEQUENCE and RESTART IDENTITY (RelationSetNewRelfilenode()): one page, which is
// no rewrite to warn of. An index does along with its table, and by REINDEX, whose purpose that is; not so by ALTER
// INDEX SET TABLESPACE.
bool Rehearsal::is_rewrite_to_tell(KnownRelation const &relation) const {
    if (relation.kind == RELKIND_SEQUENCE)
        return false;
    return !OidIsValid(relation.table) || settings::rehearse_all_locks() || rows_.back().command == "ALTER INDEX";
}

std::vector<std::string> Rehearsal::note_storage() {
    storage_watch::Changes const changes = storage_watch::take_changes();
    std::vector<std::string> truncated;
    for (Oid const oid : changes.replaced)
        if (KnownRelation const *relation = relations_->find(oid); relation && is_rewrite_to_tell(*relation))
            rows_.back().rewrites.push_back(relation->name);
    for (Oid const oid : changes.truncated)
        if (KnownRelation const *relation = relations_->find(oid))
            truncated.push_back(relation->name);
    if (!truncated.empty())
        note("empties " + joined(truncated));
    rows_.back().emptied = truncated;
    return truncated;
}

void Rehearsal::note_own_wait(Wait wait) {
    std::optional<AwaitedLock> const awaited = last_awaited_lock();
    if (!awaited)
        return;
    std::string text = "this statement waited " + std::to_string(awaited->ms) + " ms for " + mode_name(awaited->mode);
    if (awaited->tag.locktag_type == LOCKTAG_RELATION)
        if (KnownRelation const *relation = relations_->find(awaited->tag.locktag_field2))
            text += " on " + relation->name;
    // Once the wait is over, nobody knows who it was for.
    std::string const blocked_by = wait == Wait::failed ? blockers() : std::string();
    rows_.back().blocks.push_back(text + (blocked_by.empty() ? "" : "; blocked by: " + blocked_by));
}

// They may have been waiting since the lock was taken: they are reported with the statement that took it.
void Rehearsal::note_waiting_sessions() {
    last_wait_check_ = std::chrono::steady_clock::now();
    for (WaitingSession const &session : waiting_sessions()) {
        std::size_t row = rows_.empty() ? 0 : rows_.size() - 1;
        std::string what = std::string(mode_name(session.mode));
        if (OidIsValid(session.relation)) {
            KnownRelation const *const relation = relations_->find(session.relation);
            // It may wait for somebody else: waiting_sessions() lists all waits in this database.
            if (!relation || !conflicts(relation->held, session.mode))
                continue;
            row = relation->row;
            what += " on " + relation->name;
        } else {
            what = "a row that was written";
        }
        if (row < rows_.size() && reported_waiting_.insert({session.pid, session.relation}).second)
            rows_[row].blocks.push_back(describe_session(session.pid) + ": waits for " + what);
    }
}

void Rehearsal::report_sequences() const {
    std::vector<std::string> names = sequences_;
    for (std::string &name : advanced_.advanced_since_start())
        if (!contains(names, name))
            names.push_back(std::move(name));
    if (!names.empty())
        pg::notice("the rehearsal is rolled back, but " + joined(names) +
                   (names.size() == 1 ? " stays advanced" : " stay advanced"));
}

} // namespace mig::server
