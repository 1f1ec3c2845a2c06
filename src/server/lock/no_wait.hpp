// Reading without waiting for locks that others hold.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "storage/proc.h"
}

namespace mig::server {

// While it lives, a lock that is not to be had at once raises an ERROR (55P03) after a millisecond. For what takes
// locks on its own; on a relation that is known by its OID, ConditionalLockRelationOid() does not even queue.
class [[nodiscard]] NoWait {
  public:
    NoWait() { LockTimeout = 1; }
    ~NoWait() { LockTimeout = before_; }
    NoWait(NoWait const &) = delete;
    NoWait &operator=(NoWait const &) = delete;

  private:
    int const before_ = LockTimeout;
};

} // namespace mig::server
