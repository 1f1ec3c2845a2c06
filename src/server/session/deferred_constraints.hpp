// Deferred constraints are checked at the end of each migration, as a commit would do, and SET CONSTRAINTS ends there.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

class DeferredConstraints {
  public:
    DeferredConstraints();
    // Raises what the constraint raises (23503, 23505, ...), with the server's own message. With `known` it does
    // nothing as long as this session knows of no deferrable constraint. `always` is for when that may be out of date:
    // another session may have created one, used it, and be gone.
    enum class When : unsigned char { known, always };
    void check(When when);

  private:
    void read_constraints();
    bool any_ = false;
    std::vector<Oid> initially_immediate_;
};

} // namespace mig::server
