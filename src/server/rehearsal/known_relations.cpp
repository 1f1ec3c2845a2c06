#include "server/rehearsal/known_relations.hpp"

#include "bridge/compat.hpp"
#include "server/owner.hpp"
#include "server/query.hpp"

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
        if (has_scans(one.kind)) {
            one.counts = counts_of(oid);
            one.scans = one.counts ? pg::full_scans(one.counts) : 0;
        }
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
    if (relation->held == 0) {
        locked_.push_back({lock.relation, relation});
        weakly_.push_back(locked_.back());
    }
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

std::vector<NewLock> KnownRelations::take_new_locks(std::size_t row) {
    std::vector<NewLock> found;
    for (OwnLock const &lock : locks_.added())
        note(lock, row, found);
    // An entry that was there before may have got another mode. Only this session gives it one.
    for (std::size_t i = 0; i < weakly_.size(); ++i) {
        Locked const one = weakly_[i];
        if (one.relation->place)
            note({one.oid, one.relation->place->holdMask, one.relation->place}, row, found);
    }
    weakly_.erase(std::remove_if(weakly_.begin(), weakly_.end(),
                                 [](Locked const &one) { return (one.relation->held & everything) != 0; }),
                  weakly_.end());
    std::sort(found.begin(), found.end(),
              [](NewLock const &a, NewLock const &b) { return a.relation->name < b.relation->name; });
    return found;
}

std::vector<KnownRelations::Scanned> KnownRelations::take_scans() {
    std::vector<Scanned> found;
    for (Locked const &one : locked_) {
        KnownRelation &relation = *one.relation;
        if (!has_scans(relation.kind))
            continue;
        if (!relation.counts && !(relation.counts = counts_of(one.oid)))
            continue;
        std::int64_t const now = pg::full_scans(relation.counts);
        if (now > relation.scans)
            found.push_back({&relation, now - relation.scans});
        relation.scans = now;
    }
    return found;
}

void KnownRelations::save() {
    saving_ = true;
    changes_.clear();
    saved_ends_ = locks_.ends();
    saved_locked_ = locked_.size();
    saved_weakly_ = weakly_;
}

void KnownRelations::undo() {
    saving_ = false;
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
        change->relation->held = change->held;
        change->relation->place = change->place;
        change->relation->row = change->row;
    }
    locked_.resize(saved_locked_);
    weakly_ = std::move(saved_weakly_);
    locks_.go_back_to(saved_ends_);
}

} // namespace mig::server
