// What its statements did: locks, files, reads, and who waits for whom.
#include "rehearsal/rehearsal.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/text/text.hpp"
#include "rehearsal/waiting_sessions.hpp"
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
        append_item(text, one);
    return text;
}

} // namespace

void Rehearsal::look_at_locks() {
    std::size_t const number = rows_.size() - 1;
    Rehearsed &row = rows_.back();
    std::vector<NewLock> const taken = relations_->take_new_locks(number);
    for (NewLock const &one : taken) {
        for (LOCKMODE mode = MaxLockMode; mode > NoLock; --mode)
            if (one.modes & LOCKBIT_ON(mode))
                row.locks.push_back({one.relation->name, mode_name(mode)});
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

void Rehearsal::look_at_sequences() {
    for (AdvancedSequences::Advanced &one : advanced_.look()) {
        KnownRelation const *const known = relations_ ? relations_->find(one.relation) : nullptr;
        std::string const &name = known ? known->name : one.name;
        note("advances sequence " + name + ", which no rollback takes back");
        sequences_.push_back(name);
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

void Rehearsal::look_at_own_wait(Wait wait) {
    std::optional<AwaitedLock> const awaited = last_awaited_lock();
    if (!awaited)
        return;
    std::string text = "this statement waited " + std::to_string(awaited->ms) + " ms for " + mode_name(awaited->mode);
    if (awaited->tag.locktag_type == LOCKTAG_RELATION)
        if (KnownRelation const *relation = relations_->find(awaited->tag.locktag_field2))
            text += " on " + relation->name;
    std::string const who = wait == Wait::in_vain ? blockers() : std::string(); // who was, nobody knows once it is over
    rows_.back().blocks.push_back(text + (who.empty() ? "" : "; in the way: " + who));
}

// They may have come any time since the lock was taken: the row that took it gets them.
void Rehearsal::look_for_waiting_sessions() {
    last_look_ = std::chrono::steady_clock::now();
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

void Rehearsal::tell_sequences() const {
    std::vector<std::string> names = sequences_;
    for (std::string &one : advanced_.look_at_used())
        if (!contains(names, one))
            names.push_back(std::move(one));
    if (!names.empty())
        pg::notice("the rehearsal is rolled back, but " + joined(names) +
                   (names.size() == 1 ? " keeps the values" : " keep the values") + " that it took");
}

} // namespace mig::server
