// A value that ALTER TYPE ... ADD VALUE adds can be used when it is committed (55P04): by a later migration of
// apply_each(), in the one transaction of a rehearsal never.
#pragma once

#include "bridge/postgres.hpp"

#include <vector>

namespace mig::server {

class EnumValues {
  public:
    // Wanted or not, whatever is rehearsed: which statement adds a value does not show where a function, a DO block or
    // dynamic SQL does it.
    explicit EnumValues(bool wanted);

    // A commit that the rehearsal does without: from here on the values count as committed, unless an index that was
    // there before could store one. The entry would outlive the rollback, and nothing could compare it any more.
    void commit();
    bool held_back() const noexcept { return held_back_; } // by such an index

  private:
    bool held_back_ = false;
    bool wanted_;               // and the caller's transaction has added none
    std::vector<Oid> in_index_; // enum types of which an index that was there before stores values
};

} // namespace mig::server
