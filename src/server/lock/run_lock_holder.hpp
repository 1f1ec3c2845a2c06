// Who is running migrations now: from the run lock and pg_stat_activity, as the owner of the extension sees it.
#pragma once

#include "core/text/activity_text.hpp"
#include "server/db/query.hpp"

// An SQL condition on the row `l` of pg_locks; $1 is lock_class, $2 the OID of the schema, $3 run_lock_part. Whoever
// holds the object holds the lock, but for a moment behind an abort; the other part may be in the hands of one who tries.
#define MIG_HOLDS_RUN_LOCK                                                                                             \
    "l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"                      \
    " AND l.objid = $2::oid AND (l.locktype = 'object' AND l.classid = 'pg_namespace'::regclass AND l.objsubid = 1"    \
    " OR l.locktype = 'advisory' AND l.classid = $1::oid AND l.objsubid = $3)"
#define MIG_HOLDER_FIRST " ORDER BY l.locktype = 'object' DESC LIMIT 1"

namespace mig::server {

struct Holder {
    std::optional<std::int32_t> pid; // nothing: a prepared transaction
    std::optional<std::int64_t> since; // the server's timestamp
    std::string user, client, since_text, query;
    std::string shown_query; // to the current user
    std::string prepared;    // its gid
    // What it is doing, when it says so; views into `query`.
    std::optional<ActivityText> activity() const { return parse_activity(query); }
};

// This session included.
std::optional<Holder> run_lock_holder(Access access);

// For a refusal. `way_out` is empty where it is to wait.
struct HolderText {
    std::string detail, way_out;
};
HolderText describe_run_lock_holder();

// `process 123 (user app, application psql)`: who has the advisory lock that is only there to be looked at.
std::string describe_lock_key_holder();

} // namespace mig::server
