// Who is running migrations now: from the run lock and pg_stat_activity, as the owner of the extension sees it.
#pragma once

#include "core/activity_text.hpp"
#include "server/query.hpp"

namespace mig::server {

struct Holder {
    std::int32_t pid;
    std::optional<std::int64_t> since; // the server's timestamp
    std::string user, client, since_text, query;
    // What it is doing, when it says so; views into `query`.
    std::optional<ActivityText> activity() const { return parse_activity(query); }
};

// This session included.
std::optional<Holder> run_lock_holder(Access access);

// For a refusal.
std::string describe_run_lock_holder();

} // namespace mig::server
