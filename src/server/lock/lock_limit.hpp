// How long the statements of a migration wait for locks, and what is said when that was not long enough.
#pragma once

#include "bridge/guard.hpp"
#include "core/migration/directives.hpp"

namespace mig::server {

enum class LimitScope : unsigned char {
    transaction, // until the nest level of settings that is open ends
    session,     // until it is set back
};

// By the migration's own directive, or else migrator.lock_timeout; when neither says so, the session's lock_timeout
// stays.
void limit_lock_waits(Directives const &directives, LimitScope scope);

int lock_retries(Directives const &directives);

// 40P01: the server has ended the wait of one of several that waited for each other.
bool is_deadlock(pg::Error const &error);
// 55P03 and 40P01: another transaction may get them, once this one's locks are given back.
bool may_get_locks_later(pg::Error const &error);

// Who was in the way of the lock that was last waited for: empty when it was none, or when they have gone. In a
// transaction that is not aborted.
std::string blockers();

// Adds them to the DETAIL of a time-out; of a deadlock the server has said it all.
void explain_lock_failure(pg::Error &error);

} // namespace mig::server
