#include "server/status.hpp"

#include "core/plan.hpp"
#include "server/owner.hpp"
#include "server/run_lock.hpp"

namespace mig::server {

std::optional<std::string> detail_of(Migration const &migration, Migration const *newest) {
    switch (migration.status) {
    case Status::modified:
        return "the loaded body differs from the applied one: apply() refuses";
    case Status::out_of_order:
        return "older than " + label(*newest) + ", which is applied";
    case Status::missing:
        return "applied, and no body is loaded";
    default:
        break;
    }
    if (migration.cosmetic_change())
        return "comments, white space or the down body changed since it was applied";
    return std::nullopt;
}

Running running() {
    AsOwner const owner;
    Rows const rows = query("SELECT l.pid, coalesce(a.xact_start, a.query_start)"
                            " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
                            " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database ="
                            " (SELECT oid FROM pg_database WHERE datname = current_database())"
                            " AND l.classid = $1::oid AND l.objid = $2::oid",
                            {std::int64_t{lock_class}, std::int64_t{schema()}});
    Running result;
    if (rows.size() > 0) {
        result.pid = rows.integer(0, 0);
        if (!rows.is_null(0, 1))
            result.since = rows.bigint(0, 1);
    }
    return result;
}

} // namespace mig::server
