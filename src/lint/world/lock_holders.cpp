#include "lint/world/lock_holders.hpp"

#include "bridge/guard.hpp"
#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"
#include "server/lock/query_text.hpp"

extern "C" {
#include "storage/lock.h"
}

namespace mig::server::lint {

namespace {

// Lock modes as pg_locks names them, indexed by LOCKMODE.
constexpr const char *modes[] = {
    "",          "AccessShareLock",       "RowShareLock",  "RowExclusiveLock",   "ShareUpdateExclusiveLock",
    "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"};

LOCKMODE mode_named(std::string_view name) {
    for (LOCKMODE mode = 1; mode <= AccessExclusiveLock; ++mode)
        if (name == modes[mode])
            return mode;
    return NoLock;
}

// The query runs as the extension's owner, who may see more of pg_stat_activity than the caller ($1). About sessions
// that are hidden from the caller it says no more than "more than a minute", which reading pg_locks twice would reveal.
// Shorter transactions are left out: they end before a migration has waited for long.
//
// autovac_report_activity() writes "(to prevent wraparound)" into the query text of a worker. ProcSleep() cancels an
// autovacuum that blocks a lock request, but not one of those, so its age does not matter.
//
// OIDs of relations are unique within a database only. Catalogs (below FirstNormalObjectId, 16384) are left out:
// everybody locks them, and no migration takes strong locks on them.
KeptQuery lock_holders_query("SELECT l.relation::int8, l.pid, l.mode, a.usename::text, CASE WHEN " MIG_MAY_SEE(
    "a",
    "$1::oid") " THEN"
               " coalesce(', ' || nullif(a.state, ''), '') || format(', in a transaction for %s min', (extract(epoch "
               "FROM"
               " pg_catalog.clock_timestamp() - a.xact_start))::int8 / 60) ELSE ', in a transaction for more than a "
               "minute' END,"
               " a.backend_type = 'autovacuum worker' AND pg_catalog.strpos(a.query, 'to prevent wraparound') > 0"
               " FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
               " WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()"
               " AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = "
               "pg_catalog.current_database())"
               " AND l.relation >= 16384"
               " AND (a.xact_start < pg_catalog.clock_timestamp() - interval '1 minute'"
               " OR a.backend_type = 'autovacuum worker' AND pg_catalog.strpos(a.query, 'to prevent wraparound') > 0)"
               " ORDER BY l.pid");
struct LockHolderColumn {
    enum : int { relation, pid, mode, role, state, wraparound };
};

void read(World const &world, std::map<Oid, std::vector<LockHolder>> &holders) {
    Rows const rows = lock_holders_query({static_cast<std::int64_t>(world.caller())});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        LockHolder holder;
        holder.pid = rows.integer(i, LockHolderColumn::pid);
        holder.mode = rows.text(i, LockHolderColumn::mode);
        holder.lock_mode = mode_named(holder.mode);
        holder.wraparound = rows.boolean(i, LockHolderColumn::wraparound);
        std::string const pid = std::to_string(holder.pid);
        holder.description = holder.wraparound
                                 ? "autovacuum to prevent wraparound (process " + pid + ")"
                                 : "session " + pid + " (role " + std::string(rows.text(i, LockHolderColumn::role)) +
                                       std::string(rows.text(i, LockHolderColumn::state)) + ")";
        holders[static_cast<Oid>(rows.bigint(i, LockHolderColumn::relation))].push_back(std::move(holder));
    }
}

} // namespace

std::vector<LockHolder> conflicting_lock_holders(World &world, Oid relation, LOCKMODE mode) {
    WorldContents &contents = world.contents();
    if (!contents.lock_holders) {
        contents.lock_holders.emplace();
        read(world, *contents.lock_holders);
    }
    std::vector<LockHolder> result;
    auto const found = contents.lock_holders->find(relation);
    if (found == contents.lock_holders->end())
        return result;
    for (LockHolder const &holder : found->second)
        if (holder.lock_mode != NoLock && DoLockModesConflict(holder.lock_mode, mode))
            result.push_back(holder);
    return result;
}

} // namespace mig::server::lint
