// migrator.max_lock_hold: a migration is rolled back when it has kept others from a table for too long. What counts is
// a lock that blocks writes or reads, from ShareLock up, on a relation that was there before the transaction, from when
// it was granted until the migration ends; with apply(), whose transaction is the caller's, until apply() ends. Locks
// that the caller held before do not count.
// A signal handler must not read the lock table. A lock is found where code of ours runs anyway: as a statement begins
// and ends, one inside a function or DO block included, and as an object is created, altered, truncated or dropped,
// which is after the locks of a statement are taken and before what takes long. Then one timer runs until the limit.
// Of some statements it is known which lock they take first: they have it as soon as they do not wait for it. Not seen
// while the statement runs: a lock that a function in C takes by itself, and one on a second table (a partition, the
// other table of a foreign key), as long as nothing is locked before it.
#pragma once

#include "bridge/guard.hpp"
#include "bridge/hooks.hpp"

namespace mig::server {

namespace lock_hold {

extern pg::Watcher const watcher;

// As a statement begins: from now on it is cancelled at the limit. `where` must stay alive until check() or pause().
void begin(std::string const &where);
// As a statement has ended: Failure lock_held_too_long.
void check();
// Between migrations, and after an error, before it is rolled back: no cancel comes any more, nor one that has come and
// not yet been noticed.
void pause() noexcept;
// As a migration ends, before its settings are undone and before it commits. If it has changed the limit for itself,
// what it still holds counts for no later one.
void end();

// The cancel that ended a migration was ours: says so instead. Once it is rolled back, because that is when the
// catalog can be read.
void explain(pg::Error &error);

} // namespace lock_hold

// For the length of a run.
class [[nodiscard]] LockHoldWatch {
  public:
    LockHoldWatch();
    ~LockHoldWatch();
    LockHoldWatch(LockHoldWatch const &) = delete;
    LockHoldWatch &operator=(LockHoldWatch const &) = delete;
};

} // namespace mig::server
