// How long the statements of a migration wait for locks, and what is said when that was not long enough.
#pragma once

#include "bridge/guard.hpp"
#include "core/directives.hpp"

namespace mig::server {

enum class LimitScope : unsigned char {
    transaction, // until the nest level of settings that is open ends
    session,     // until it is set back
};

// By the migration's own directive, or else migrator.lock_timeout; when neither says so, the session's lock_timeout
// stays.
void limit_lock_waits(Directives const &directives, LimitScope scope);

int lock_retries(Directives const &directives);

// 55P03
bool is_lock_timeout(pg::Error const &error);

// Who was in the way of the lock that was last waited for: empty when it was none, or when they have gone. In a
// transaction that is not aborted.
std::string blockers();

// Adds them to the DETAIL of such an error.
void explain_lock_timeout(pg::Error &error);

} // namespace mig::server
