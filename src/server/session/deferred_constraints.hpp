// Deferred constraints are checked at the end of each migration, as a commit would, and SET CONSTRAINTS ends there.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

class DeferredConstraints {
  public:
    DeferredConstraints();
    // Raises what the constraint raises (23503, 23505, ...), with the server's own message. Does nothing while the
    // database has no deferrable constraint, as far as this session knows, unless it is to be done whatever it knows:
    // another session may have made one, used it, and be gone.
    enum class When : unsigned char { known, always };
    void check(When when);

  private:
    void look();
    bool any_ = false;
    std::vector<Oid> initially_immediate_;
};

} // namespace mig::server
