#include "rehearsal/known_relations.hpp"

#include "bridge/compat.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_class.h"
}

namespace mig::server {

namespace {

constexpr const char *relations_sql =
    "SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind::text"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname <> 'migrator' AND c.relpersistence <> 't'"
    " AND ($1 OR c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND n.nspname <> 'pg_toast')";

// What this session has counted for the table since it last reported to the others; null: nothing.
PgStat_TableStatus *counts_of(Oid relation) {
    PgStat_EntryRef const *const entry =
        pg::call<pgstat_fetch_pending_entry>(PGSTAT_KIND_RELATION, MyDatabaseId, relation);
    return entry ? static_cast<PgStat_TableStatus *>(entry->pending) : nullptr;
}

// The same, where it is to be counted from now on.
PgStat_TableStatus *new_counts_of(Oid relation) {
    bool created = false;
    return static_cast<PgStat_TableStatus *>(
        pg::call<pgstat_prep_pending_entry>(PGSTAT_KIND_RELATION, MyDatabaseId, relation, &created)->pending);
}

bool has_scans(char kind) { return kind == RELKIND_RELATION || kind == RELKIND_MATVIEW; }

constexpr LOCKMASK everything = LOCKBIT_ON(AccessExclusiveLock);

} // namespace

KnownRelations::KnownRelations(bool all) {
    AsOwner const owner;
    Rows const rows = query(relations_sql, {Value(all)}, Access::fresh);
    all_.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Oid const oid = static_cast<Oid>(rows.bigint(i, 0));
        KnownRelation &one = all_[oid];
        one.name = rows.text(i, 1);
        one.kind = rows.text(i, 2).front();
        // The session may have counted scans of its own shortly before.
        PgStat_TableStatus const *const counts = has_scans(one.kind) ? counts_of(oid) : nullptr;
        one.scans = counts ? pg::full_scans(counts) : 0;
    }
    (void) take_new_locks(0); // the caller's own
}

KnownRelation *KnownRelations::find(Oid relation) {
    auto const found = all_.find(relation);
    return found == all_.end() ? nullptr : &found->second;
}

void KnownRelations::note(OwnLock const &lock, std::size_t row, std::vector<NewLock> &found) {
    KnownRelation *const relation = find(lock.relation);
    if (!relation)
        return;
    LOCKMASK const added = lock.modes & ~relation->held;
    if (saving_ && added)
        changes_.push_back({relation, relation->held, relation->place, relation->row});
    if (lock.place)
        relation->place = lock.place;
    if (!added || (relation->held & everything))
        return;
    if (relation->held == 0)
        note_first({lock.relation, relation});
    if (added > relation->held)
        relation->row = row;
    relation->held |= added;
    auto const known =
        std::find_if(found.begin(), found.end(), [&](NewLock const &one) { return one.relation == relation; });
    if (known == found.end())
        found.push_back({relation, added, lock.relation});
    else
        known->modes |= added;
}

void KnownRelations::note_first(Locked const &one) {
    locked_.push_back(one);
    upgradable_.push_back({one.relation->place, 0, one});
    if (has_scans(one.relation->kind) && pgstat_track_counts)
        counted_.push_back({new_counts_of(one.oid), one.relation->scans, one.relation});
}

// An entry of the lock table that was there before may have got another mode. Only this session gives it one.
void KnownRelations::look_for_stronger(std::size_t row, std::vector<NewLock> &found) {
    for (Upgradable &one : upgradable_) {
        if (!one.place && !(one.place = one.lock.relation->place)) // still on the fast path
            continue;
        LOCKMASK const held = one.place->holdMask;
        if (held == one.held)
            continue;
        one.held = held;
        note({one.lock.oid, held, one.place}, row, found);
    }
    upgradable_.erase(std::remove_if(upgradable_.begin(), upgradable_.end(),
                                     [](Upgradable const &one) { return (one.held & everything) != 0; }),
                      upgradable_.end());
}

std::vector<NewLock> KnownRelations::take_new_locks(std::size_t row) {
    std::vector<NewLock> found;
    for (OwnLock const &lock : locks_.added())
        note(lock, row, found);
    look_for_stronger(row, found);
    std::sort(found.begin(), found.end(),
              [](NewLock const &a, NewLock const &b) { return a.relation->name < b.relation->name; });
    return found;
}

std::vector<KnownRelations::Scanned> KnownRelations::take_scans() {
    std::vector<Scanned> found;
    for (Counted &one : counted_) {
        std::int64_t const now = pg::full_scans(one.counts);
        if (now > one.scans)
            found.push_back({one.relation, now - one.scans});
        one.scans = now;
    }
    return found;
}

void KnownRelations::save() {
    saving_ = true;
    changes_.clear();
    saved_ends_ = locks_.ends();
    saved_locked_ = locked_.size();
    saved_counted_ = counted_.size();
    saved_upgradable_ = upgradable_;
}

void KnownRelations::undo() {
    saving_ = false;
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
        change->relation->held = change->held;
        change->relation->place = change->place;
        change->relation->row = change->row;
    }
    locked_.resize(saved_locked_);
    counted_.resize(saved_counted_);
    upgradable_ = std::move(saved_upgradable_);
    locks_.go_back_to(saved_ends_);
}

} // namespace mig::server
