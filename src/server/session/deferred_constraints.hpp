// Deferred constraints are checked at the end of each migration, as a commit would, and SET CONSTRAINTS ends there.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

class DeferredConstraints {
  public:
    DeferredConstraints();
    // Raises what the constraint raises (23503, 23505, ...), with the server's own message. Does nothing while the
    // database has no deferrable constraint, unless it is to be done always: another session may have made one, used it,
    // and be gone. `seen`: SET CONSTRAINTS or DDL that may have made one ran.
    void check(bool seen, bool always);

  private:
    void look();
    bool any_ = false;
    std::vector<Oid> initially_immediate_;
};

} // namespace mig::server
