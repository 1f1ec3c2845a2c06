// One run at a time (promise 3 of the design), by locks that are taken by trying and sleeping. A session that is
// blocked in pg_advisory_lock() holds a snapshot, for which CREATE INDEX CONCURRENTLY in the other session would wait:
// a deadlock. No role can take these locks except by a run. The documented advisory lock is taken in addition, so
// that others can see it, and blocks nobody.
#pragma once

#include "bridge/guard.hpp"
#include "server/db/settings.hpp"
#include "server/db/transactions.hpp"
#include "server/lock/run_lock_key.hpp"

namespace mig::server {

// Until the end of the (sub)transaction. Waits up to migrator.lock_wait, then Failure lock_not_available with the
// holder's pid, user, client, start, migration and statement. The caller's snapshot is held during the wait: hence it
// fails at once while the holder is in a migration that runs statement by statement, which would wait for that
// snapshot.
void take_run_lock();

// For a run that commits: held by the session, released on every way out. Waits likewise, but without a snapshot, and
// so whatever the holder is doing; ends the transaction when it has told whom it waits for. To be created without a snapshot: at the start of a transaction.
class [[nodiscard]] SessionRunLock {
  public:
    explicit SessionRunLock(Transactions &transactions);
    ~SessionRunLock();
    SessionRunLock(SessionRunLock const &) = delete;
    SessionRunLock &operator=(SessionRunLock const &) = delete;

    // At the start of each transaction: a body that runs pg_advisory_unlock_all() or DISCARD ALL releases one part of
    // the lock, and an abort the other. Failure lock_not_available if it cannot be taken again.
    void reacquire();

  private:
    std::uint32_t const object_;
    bool held_ = false;
};

// Tells waiting sessions that this one is in a migration that runs statement by statement.
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

// Alive while a run is under way in this session: a migration that calls the runner is refused (Failure nested_run).
class [[nodiscard]] RunInProgress {
  public:
    RunInProgress();
    ~RunInProgress();
    RunInProgress(RunInProgress const &) = delete;
    RunInProgress &operator=(RunInProgress const &) = delete;

  private:
    settings::HeldForRun const settings_{};
};
bool run_in_progress() noexcept;
// Failure nested_run during a run: a migration cannot do `what`.
void refuse_during_run(const char *what);

} // namespace mig::server
