// migrator.max_lock_hold: a migration is rolled back when it has kept others from a table for too long. What counts is
// a lock that blocks writes or reads, from ShareLock up, on a relation that was there before the transaction, from when
// it was granted until the migration ends; with apply(), whose transaction is the caller's, until apply() ends. Locks
// that the caller held before do not count.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

namespace lock_hold {

void install(); // once, from _PG_init()

// As a statement begins: from now on a timer looks, and cancels. `where` must stay alive until check() or pause().
void begin(std::string const &where);
// As a statement has ended: Failure lock_held_too_long.
void check();
// Between migrations, and after an error: no cancel comes any more, nor one that has come and not yet been noticed.
void pause() noexcept;
// As a migration ends, before its settings are undone and before it commits. If it has changed the limit for itself,
// what it still holds counts for no later one.
void end();

// The cancel that ended a migration was ours: says so instead. Once it is rolled back, because that is when the
// catalog can be read.
void explain(pg::Error &error);

} // namespace lock_hold

// For the length of a run.
class LockHoldWatch {
  public:
    LockHoldWatch();
    ~LockHoldWatch();
    LockHoldWatch(LockHoldWatch const &) = delete;
    LockHoldWatch &operator=(LockHoldWatch const &) = delete;
};

} // namespace mig::server
