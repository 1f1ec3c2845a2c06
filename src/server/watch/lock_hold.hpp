// migrator.max_lock_hold: a migration is rolled back when it has locked others out of a table for too long. What counts
// is a lock that blocks writes or reads (ShareLock or stronger) on a relation that existed before the transaction, from
// when it was granted until the migration ends; with apply(), whose transaction is the caller's, until apply() ends.
// Locks that the caller already held do not count.
//
// A signal handler must not read the lock table. So locks are looked for where code of ours runs anyway: when a
// statement begins and ends, also inside a function or DO block, and when an object is created, altered, truncated or
// dropped, which is after a statement has taken its locks and before its slow part. From then on a single timer runs
// until the limit. Of some statements the first lock is known in advance: they count as holding it as soon as they are
// not waiting for it. Not noticed while the statement runs: a lock that a C function takes by itself, and one on a
// second table (a partition, the other table of a foreign key), as long as nothing was locked before it.
#pragma once

#include "bridge/guard.hpp"
#include "bridge/hooks.hpp"

namespace mig::server {

namespace lock_hold {

extern pg::Watcher const watcher;

// When a statement begins: from now on it is canceled at the limit. `where` must stay alive until check() or pause().
void begin(std::string const &where);
// When a statement has ended. Failure lock_held_too_long.
void check();
// Between migrations, and after an error before it is rolled back: sends no cancel any more, and withdraws one that was
// sent but not yet noticed.
void pause() noexcept;
// When a migration ends, before its settings are undone and before it commits. If it has changed the limit for itself,
// the locks that it still holds count for no later migration.
void end();

// Replaces the error's texts if the cancel that ended a migration was ours. Call it after the rollback: only then can
// the catalog be read.
void explain(pg::Error &error);

} // namespace lock_hold

// Lives as long as the run.
class [[nodiscard]] LockHoldWatch {
  public:
    LockHoldWatch();
    ~LockHoldWatch();
    LockHoldWatch(LockHoldWatch const &) = delete;
    LockHoldWatch &operator=(LockHoldWatch const &) = delete;
};

} // namespace mig::server
