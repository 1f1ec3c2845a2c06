// One run at a time (promise 3 of the design): an advisory lock, taken by try-and-sleep. A blocked
// pg_advisory_lock() holds a snapshot that CREATE INDEX CONCURRENTLY in the other session would wait for: deadlock.
#pragma once

#include "server/query.hpp"

namespace mig::server {

// The key in pg_locks: classid is lock_class, objid the OID of schema migrator, objsubid 1.
inline constexpr std::uint32_t lock_class = 0x6D696772; // "migr"
std::int64_t lock_key();

// Until the end of the (sub)transaction. Waits up to migrator.lock_wait, then Failure lock_not_available with the
// holder's pid, user, client, start and statement.
void take_run_lock();

// Who holds it, this session included.
struct Holder {
    std::int32_t pid;
    std::optional<std::int64_t> since; // start of its transaction, the server's timestamp
    std::string user, client, since_text, statement;
};
std::optional<Holder> run_lock_holder(Access access);

// While a run is under way in this session: a migration that calls the runner is refused (Failure nested_run).
class InFlight {
  public:
    InFlight();
    ~InFlight();
    InFlight(InFlight const &) = delete;
    InFlight &operator=(InFlight const &) = delete;
};

} // namespace mig::server
