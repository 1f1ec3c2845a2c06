// The error texts for a migration that has held a lock for too long.
#pragma once

#include "bridge/guard.hpp"

#include <string>

extern "C" {
#include "storage/lockdefs.h"
}

namespace mig::server {

struct LockHoldTexts {
    std::string message, detail, hint;
};

// `place`: where the lock was taken; may be empty. Reads the catalog.
LockHoldTexts lock_hold_texts(Oid relation, LOCKMODE mode, std::string const &place, int limit_ms);

} // namespace mig::server
