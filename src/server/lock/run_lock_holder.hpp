// Who is running migrations now: from the run lock and pg_stat_activity, read as the owner of the extension.
#pragma once

#include "core/text/activity_text.hpp"
#include "server/db/query.hpp"

// An SQL condition on the row `l` of pg_locks; $1 is lock_class, $2 the OID of the schema, $3 run_lock_part. Whoever
// holds the object's lock holds the run lock, except for a moment after an abort; the other part may be held by a
// session that is only trying.
#define MIG_HOLDS_RUN_LOCK                                                                                             \
    "l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"                      \
    " AND l.objid = $2::oid AND (l.locktype = 'object' AND l.classid = 'pg_namespace'::regclass AND l.objsubid = 1"    \
    " OR l.locktype = 'advisory' AND l.classid = $1::oid AND l.objsubid = $3)"
#define MIG_HOLDER_FIRST " ORDER BY l.locktype = 'object' DESC LIMIT 1"

namespace mig::server {

struct Holder {
    std::optional<std::int32_t> pid;   // none: a prepared transaction
    std::optional<std::int64_t> since; // the server's timestamp
    std::string user, client, since_text, query;
    std::string shown_query; // as the current user may see it
    std::string prepared;    // its gid
    // What it is doing, if it shows that; views into `query`.
    std::optional<ActivityText> activity() const { return parse_activity(query); }
};

// It may be this session.
std::optional<Holder> run_lock_holder(Access access);

// For a refusal, or while it is waited for. `hint` is empty if there is nothing to do but wait.
struct HolderText {
    std::string detail, hint;
};
std::optional<HolderText> describe_run_lock_holder(); // nothing: it has just ended

// `process 123 (user app, application psql)`: who holds the advisory lock that is only informational.
std::string describe_lock_key_holder();

} // namespace mig::server
