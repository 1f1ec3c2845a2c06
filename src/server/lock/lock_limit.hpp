// How long the statements of a migration wait for locks, and what an error says when that was not long enough.
#pragma once

#include "bridge/guard.hpp"
#include "core/migration/directives.hpp"

namespace mig::server {

enum class LimitScope : unsigned char {
    transaction, // until the current nest level of settings ends
    session,     // until it is reset
};

// What the migration's own directive says, or else migrator.lock_timeout; its default gives way to a lock_timeout that the
// session has. Nothing: the session's lock_timeout stays.
std::optional<int> lock_limit_ms(Directives const &directives);
// Sets lock_timeout to that.
void limit_lock_waits(Directives const &directives, LimitScope scope);

// While a statement with CONCURRENTLY runs, in a session that had lock_timeout `own_ms` before it was limited. It waits
// for transactions to end while nobody has to wait for it, and giving up would leave an invalid index behind.
void lift_lock_limit(int own_ms);

int lock_retries(Directives const &directives);

// 40P01: this transaction was one of several that waited for each other, and the server has ended its wait.
bool is_deadlock(pg::Error const &error);
// 55P03 and 40P01: a new transaction may get the locks, once this one has released its own.
bool may_succeed_on_retry(pg::Error const &error);

// Who blocks the lock that was last waited for: empty if there was no wait, or if they are gone. Not in an aborted
// transaction.
std::string blockers();

// Adds them to the DETAIL of a lock timeout. For a deadlock the server itself names the sessions.
void explain_lock_failure(pg::Error &error);

} // namespace mig::server
