#include "lint/world/lock_users.hpp"

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

// As pg_locks names them, in the order of their numbers.
constexpr const char *modes[] = {
    "",          "AccessShareLock",       "RowShareLock",  "RowExclusiveLock",   "ShareUpdateExclusiveLock",
    "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"};

LOCKMODE mode_named(std::string_view name) {
    for (LOCKMODE mode = 1; mode <= AccessExclusiveLock; ++mode)
        if (name == modes[mode])
            return mode;
    return NoLock;
}

// That a transaction keeps a lock for a minute everybody can see who looks at pg_locks twice; more of it, not.
KeptQuery users_query("SELECT l.relation::int8, l.pid, l.mode, a.usename::text, CASE WHEN " MIG_MAY_SEE(
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
struct UserColumn {
    enum : int { relation, pid, mode, role, doing, wraparound };
};

void read(World const &world, std::map<Oid, std::vector<LockUser>> &users) {
    Rows const rows = users_query({static_cast<std::int64_t>(world.caller())});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        LockUser user;
        user.pid = rows.integer(i, UserColumn::pid);
        user.mode = rows.text(i, UserColumn::mode);
        user.lock_mode = mode_named(user.mode);
        user.wraparound = rows.boolean(i, UserColumn::wraparound);
        std::string const pid = std::to_string(user.pid);
        user.description = user.wraparound
                               ? "autovacuum to prevent wraparound (process " + pid + ")"
                               : "session " + pid + " (role " + std::string(rows.text(i, UserColumn::role)) +
                                     std::string(rows.text(i, UserColumn::doing)) + ")";
        users[static_cast<Oid>(rows.bigint(i, UserColumn::relation))].push_back(std::move(user));
    }
}

} // namespace

std::vector<LockUser> users_of(World &world, Oid relation, LOCKMODE mode) {
    WorldContents &contents = world.contents();
    if (!contents.lock_users) {
        contents.lock_users.emplace();
        read(world, *contents.lock_users);
    }
    std::vector<LockUser> result;
    auto const found = contents.lock_users->find(relation);
    if (found == contents.lock_users->end())
        return result;
    for (LockUser const &user : found->second)
        if (user.lock_mode != NoLock && DoLockModesConflict(user.lock_mode, mode))
            result.push_back(user);
    return result;
}

} // namespace mig::server::lint
