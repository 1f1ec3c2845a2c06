// One run at a time (promise 3 of the design): locks that are taken by try-and-sleep. A blocked pg_advisory_lock()
// holds a snapshot that CREATE INDEX CONCURRENTLY in the other session would wait for: deadlock. No role can take them
// but by a run; the documented advisory lock is taken besides, for others to look at, and stops nobody.
#pragma once

#include "bridge/guard.hpp"
#include "server/db/settings.hpp"
#include "server/lock/run_lock_key.hpp"

namespace mig::server {

// Until the end of the (sub)transaction. Waits up to migrator.lock_wait, then Failure lock_not_available with the
// holder's pid, user, client, start, migration and statement. The caller's snapshot is held meanwhile: it is refused at
// once while the holder is in a migration that runs statement by statement, which would wait for that snapshot.
void take_run_lock();

// For a run that commits: held by the session, given back on every way out. Waits likewise, but without a snapshot, and
// hence whatever the holder does. Begin it with no snapshot: at the start of a transaction.
class [[nodiscard]] SessionRunLock {
  public:
    SessionRunLock();
    ~SessionRunLock();
    SessionRunLock(SessionRunLock const &) = delete;
    SessionRunLock &operator=(SessionRunLock const &) = delete;

    // At the start of each transaction: a body that runs pg_advisory_unlock_all() or DISCARD ALL gives one part of it
    // away, and an abort the other. Failure lock_not_available when it cannot be had again.
    void keep();

  private:
    std::uint32_t const object_;
    bool held_ = false;
};

// Says to those who wait that this session is in a migration that runs statement by statement.
class [[nodiscard]] StatementwiseMark {
  public:
    StatementwiseMark();
    ~StatementwiseMark();
    StatementwiseMark(StatementwiseMark const &) = delete;
    StatementwiseMark &operator=(StatementwiseMark const &) = delete;

  private:
    std::uint32_t const object_;
    bool held_ = false, shown_ = false;
};

// While a run is under way in this session: a migration that calls the runner is refused (Failure nested_run).
class [[nodiscard]] InFlight {
  public:
    InFlight();
    ~InFlight();
    InFlight(InFlight const &) = delete;
    InFlight &operator=(InFlight const &) = delete;

  private:
    settings::ForRun const settings_{};
};
bool in_flight() noexcept;
// Failure nested_run while one is: a migration cannot do `what`.
void refuse_in_flight(const char *what);

} // namespace mig::server
