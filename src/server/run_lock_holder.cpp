#include "server/run_lock_holder.hpp"

#include "server/owner.hpp"
#include "server/run_lock.hpp"

namespace mig::server {

namespace {

// A run that commits is as old as its statement, one in its caller's transaction at most as old as that.
constexpr const char *holder_sql =
    "SELECT l.pid, a.since, coalesce(a.usename::text, '?'),"
    " coalesce(a.client_addr::text, 'local') || coalesce(' (' || nullif(a.application_name, '') || ')', ''),"
    " coalesce(a.since::text, '?'), coalesce(a.query, '')"
    " FROM pg_locks l LEFT JOIN (SELECT *, CASE WHEN state = 'active' THEN query_start ELSE xact_start END AS since"
    " FROM pg_stat_activity) a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.classid = $1::oid AND l.objid = $2::oid";

} // namespace

std::optional<Holder> run_lock_holder(Access access) {
    AsOwner const owner;
    Rows const rows = query(holder_sql, {std::int64_t{lock_class}, std::int64_t{schema()}}, access);
    if (rows.size() == 0)
        return std::nullopt;
    Holder holder{rows.integer(0, 0),           std::nullopt,
                  std::string(rows.text(0, 2)), std::string(rows.text(0, 3)),
                  std::string(rows.text(0, 4)), std::string(rows.text(0, 5))};
    if (!rows.is_null(0, 1))
        holder.since = rows.bigint(0, 1);
    return holder;
}

std::string describe_run_lock_holder() {
    std::optional<Holder> const holder = run_lock_holder(Access::fresh);
    if (!holder)
        return "It has ended in this moment.";
    std::string text = "It is run by process " + std::to_string(holder->pid) + ", user " + holder->user + ", client " +
                       holder->client + ", since " + holder->since_text;
    std::optional<ActivityText> const activity = holder->activity();
    if (!activity)
        return text + "; its statement: " + holder->query;
    text += "; migration " + std::string(activity->version);
    if (activity->module != "main")
        text += " of module " + std::string(activity->module);
    if (activity->total > 0)
        text += ", statement " + std::to_string(activity->number) + " of " + std::to_string(activity->total);
    return text + ": " + std::string(activity->sql);
}

} // namespace mig::server
