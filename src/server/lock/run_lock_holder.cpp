#include "server/lock/run_lock_holder.hpp"

#include "core/text/text.hpp"
#include "server/db/owner.hpp"
#include "server/lock/query_text.hpp"
#include "server/lock/run_lock_key.hpp"

namespace mig::server {

namespace {

// A prepared transaction is listed without a pid, under the virtual transaction of the session that prepared it, which
// tells nothing after a restart; its lock on its own transaction ID leads to pg_prepared_xacts. `since`: a run that
// commits is as old as its statement, one in its caller's transaction at most as old as that transaction.
constexpr const char *holder_sql =
    "SELECT l.pid, coalesce(a.since, p.prepared), coalesce(a.usename::text, p.owner::text, '?'),"
    " coalesce(a.client_addr::text, 'local') || coalesce(' (' || nullif(a.application_name, '') || ')', ''),"
    " coalesce(a.since::text, p.prepared::text, '?'), coalesce(a.query, ''), " MIG_QUERY_TEXT(
        "a", "$4::oid") ", p.gid"
                        " FROM pg_locks l LEFT JOIN (SELECT *, CASE WHEN state = 'active' THEN query_start ELSE "
                        "xact_start END AS since"
                        " FROM pg_stat_activity) a ON a.pid = l.pid"
                        " LEFT JOIN (pg_locks x JOIN pg_prepared_xacts p ON p.transaction = x.transactionid)"
                        " ON l.pid IS NULL AND x.pid IS NULL AND x.virtualtransaction = l.virtualtransaction"
                        " WHERE " MIG_HOLDS_RUN_LOCK MIG_HOLDER_FIRST;
struct HolderColumn {
    enum : int { pid, since, user, client, since_text, query, shown_query, prepared };
};

// Not MIG_HOLDS_RUN_LOCK, which is about the locks that decide: this one is about objsubid 1, which anybody may hold.
constexpr const char *lock_key_sql =
    "SELECT coalesce('process ' || l.pid || ' (user ' || coalesce(a.usename::text, '?')"
    " || coalesce(', application ' || nullif(a.application_name, ''), '') || ')', 'A prepared transaction')"
    " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.locktype = 'advisory' AND l.classid = $1::oid AND l.objid = $2::oid AND l.objsubid = 1 LIMIT 1";

HolderText describe_prepared(Holder const &holder) {
    std::string const gid = sql_literal(holder.prepared);
    return {"It is in the prepared transaction " + gid + " of user " + holder.user + ", prepared at " +
                holder.since_text + ", which has not been ended.",
            "ROLLBACK PREPARED " + gid + " undoes it, COMMIT PREPARED " + gid + " makes it permanent."};
}

} // namespace

std::optional<Holder> run_lock_holder(Access access) {
    std::int64_t const role = calling_role();
    AsOwner const owner;
    Rows const rows =
        query(holder_sql,
              {std::int64_t{lock_class}, std::int64_t{extension_schema()}, std::int32_t{run_lock_part}, role}, access);
    if (rows.size() == 0)
        return std::nullopt;
    Holder holder{std::nullopt,
                  std::nullopt,
                  std::string(rows.text(0, HolderColumn::user)),
                  std::string(rows.text(0, HolderColumn::client)),
                  std::string(rows.text(0, HolderColumn::since_text)),
                  std::string(rows.text(0, HolderColumn::query)),
                  std::string(rows.text(0, HolderColumn::shown_query)),
                  std::string(rows.text(0, HolderColumn::prepared))};
    if (!rows.is_null(0, HolderColumn::pid))
        holder.pid = rows.integer(0, HolderColumn::pid);
    if (!rows.is_null(0, HolderColumn::since))
        holder.since = rows.bigint(0, HolderColumn::since);
    return holder;
}

std::optional<HolderText> describe_run_lock_holder() {
    std::optional<Holder> const holder = run_lock_holder(Access::fresh);
    if (!holder)
        return std::nullopt;
    if (!holder->pid)
        return describe_prepared(*holder);
    std::string text = "It is run by process " + std::to_string(*holder->pid) + ", user " + holder->user + ", client " +
                       holder->client + ", since " + holder->since_text;
    std::optional<ActivityText> const activity = holder->activity();
    if (!activity)
        return HolderText{text + "; its statement: " + holder->shown_query, {}};
    text += "; migration " + std::string(activity->version);
    if (activity->module != "main")
        text += " of module " + std::string(activity->module);
    if (activity->total > 0)
        text += ", statement " + std::to_string(activity->number) + " of " + std::to_string(activity->total);
    return HolderText{text + ": " + std::string(activity->sql), {}};
}

std::string describe_lock_key_holder() {
    AsOwner const owner;
    Rows const rows = query(lock_key_sql, {std::int64_t{lock_class}, std::int64_t{extension_schema()}}, Access::fresh);
    return rows.size() == 0 ? "a session" : std::string(rows.text(0, Rows::only_column));
}

} // namespace mig::server
