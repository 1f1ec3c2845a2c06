#include "rehearsal/known_relations.hpp"

#include "bridge/compat.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"

#include <algorithm>
#include <utility>

extern "C" {
#include "catalog/pg_class.h"
}

namespace mig::server {

namespace {

// $1: all kinds. Without it only the users' (OIDs from FirstNormalObjectId, 16384) that can be locked by a statement.
// TOAST tables are locked along with their tables as a rule, and these are listed. 'c' is a composite type, which ALTER
// TYPE locks as a relation.
constexpr const char *relations_sql =
    "SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind::text, coalesce(i.indrelid, 0)::bigint"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid"
    " WHERE n.nspname <> 'migrator' AND c.relpersistence <> 't'"
    " AND ($1 OR c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c', 'i', 'I')"
    " AND n.nspname <> 'pg_toast')";

// This session's counts for the table that it has not yet flushed to shared memory; null if there are none.
// pgstat_report_stat() flushes them only outside of transactions, so that an entry stays where it is during the run.
PgStat_TableStatus *counts_of(Oid relation) {
    PgStat_EntryRef const *const entry =
        pg::call<pgstat_fetch_pending_entry>(PGSTAT_KIND_RELATION, MyDatabaseId, relation);
    return entry ? static_cast<PgStat_TableStatus *>(entry->pending) : nullptr;
}

// The same, created if there are none yet: scans are counted there from now on.
PgStat_TableStatus *new_counts_of(Oid relation) {
    bool created = false;
    return static_cast<PgStat_TableStatus *>(
        pg::call<pgstat_prep_pending_entry>(PGSTAT_KIND_RELATION, MyDatabaseId, relation, &created)->pending);
}

// initscan() in heapam.c counts sequential scans, those of CREATE INDEX and of the checks of ALTER TABLE as well. Views
// and partitioned tables have no rows.
bool has_scans(char kind) { return kind == RELKIND_RELATION || kind == RELKIND_MATVIEW; }

constexpr LOCKMASK strongest = LOCKBIT_ON(AccessExclusiveLock);

} // namespace

KnownRelations::KnownRelations(bool all) : all_kinds_(all) {
    AsOwner const owner;
    Rows const rows = query(relations_sql, {Value(all)}, Access::fresh);
    all_.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Oid const oid = static_cast<Oid>(rows.bigint(i, 0));
        KnownRelation &relation = all_[oid];
        relation.name = rows.text(i, 1);
        relation.kind = rows.text(i, 2).front();
        relation.table = static_cast<Oid>(rows.bigint(i, 3));
        // The session may have counted scans of its own shortly before.
        PgStat_TableStatus const *const counts = has_scans(relation.kind) ? counts_of(oid) : nullptr;
        relation.scans = counts ? pg::full_scans(counts) : 0;
    }
    (void) take_new_locks(0); // the caller's own
    begin_anew();
}

KnownRelation *KnownRelations::find(Oid relation) {
    auto const found = all_.find(relation);
    return found == all_.end() ? nullptr : &found->second;
}

// What was held at the end of a statement stays until the end of the run, or until the rollback that restore() follows:
// `held` only grows.
void KnownRelations::note(OwnLock const &lock, std::size_t row) {
    KnownRelation *const relation = find(lock.relation);
    if (!relation)
        return;
    LOCKMASK const added = lock.modes & ~relation->held;
    if (saving_ && added)
        changes_.push_back({relation, relation->held, relation->entry, relation->row});
    if (lock.entry)
        relation->entry = lock.entry;
    if (!added)
        return;
    if (relation->held == 0)
        note_first({lock.relation, relation});
    if (added > relation->held)
        relation->row = row;
    relation->held |= added;
    acquired_.track(lock.relation, relation, OidIsValid(relation->table) && !all_kinds_ ? added & strongest : added);
}

void KnownRelations::note_first(Locked const &locked) {
    locked_.push_back(locked);
    upgradable_.push_back({locked.relation->entry, 0, locked});
    if (has_scans(locked.relation->kind) && pgstat_track_counts)
        counted_.push_back({new_counts_of(locked.oid), locked.relation->scans, locked.relation});
}

// An existing entry of the lock table may have gained a mode. Only this session adds any: its mask is read without the
// partition's LWLock. OwnLocks does not report it again, since the entry stays where it is in the list: GrantLock()
// only sets a bit of holdMask.
void KnownRelations::note_upgrades(std::size_t row) {
    for (Upgradable &locked : upgradable_) {
        if (!locked.entry && !(locked.entry = locked.lock.relation->entry)) // still on the fast path
            continue;
        LOCKMASK const held = locked.entry->holdMask;
        if (held == locked.held)
            continue;
        locked.held = held;
        note({locked.lock.oid, held, locked.entry}, row);
    }
}

LOCKMASK &KnownRelations::told(KnownRelation &relation) const {
    if (std::exchange(relation.told_in, current_) != current_)
        relation.told = 0;
    return relation.told;
}

bool KnownRelations::is_hidden(KnownRelation const &relation) {
    if (all_kinds_ || !OidIsValid(relation.table))
        return false;
    KnownRelation *const table = find(relation.table);
    return table && (told(*table) & strongest);
}

std::vector<NewLock> KnownRelations::take_new_locks(std::size_t row) {
    for (OwnLock const &lock : locks_.added())
        note(lock, row);
    note_upgrades(row);
    std::vector<NewLock> found;
    std::unordered_map<KnownRelation *, std::size_t> places; // in `found`
    for (AcquiredLocks::Acquired const &lock : acquired_.take()) {
        LOCKMASK const mode = LOCKBIT_ON(lock.mode);
        if (told(*lock.relation) & (mode | strongest))
            continue;
        std::size_t const place = places.try_emplace(lock.relation, found.size()).first->second;
        if (place == found.size())
            found.push_back({lock.relation, 0, lock.oid});
        found[place].modes |= mode;
    }
    for (NewLock const &lock : found)
        told(*lock.relation) |= lock.modes;
    found.erase(
        std::remove_if(found.begin(), found.end(), [&](NewLock const &lock) { return is_hidden(*lock.relation); }),
        found.end());
    std::sort(found.begin(), found.end(),
              [](NewLock const &a, NewLock const &b) { return a.relation->name < b.relation->name; });
    return found;
}

std::vector<KnownRelations::Scanned> KnownRelations::take_scans() {
    std::vector<Scanned> found;
    for (Counted &counted : counted_) {
        std::int64_t const now = pg::full_scans(counted.counts);
        if (now > counted.scans)
            found.push_back({counted.relation, now - counted.scans});
        counted.scans = now;
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
    acquired_.save();
}

// The entries in the lock table are gone by now, and others may take their place: the pointers of before are put back,
// and none of those since is read any more.
void KnownRelations::restore() {
    saving_ = false;
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
        change->relation->held = change->held;
        change->relation->entry = change->entry;
        change->relation->row = change->row;
    }
    locked_.resize(saved_locked_);
    counted_.resize(saved_counted_);
    upgradable_ = std::move(saved_upgradable_);
    acquired_.restore();
    locks_.restore(saved_ends_);
}

} // namespace mig::server
