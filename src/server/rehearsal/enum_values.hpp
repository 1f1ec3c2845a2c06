// A value that ALTER TYPE ... ADD VALUE adds can be used when it is committed (55P04): by a later migration of
// apply_each(), in the one transaction of a rehearsal never.
#pragma once

#include "server/steps.hpp"

#include <vector>

namespace mig::server {

class EnumValues {
  public:
    explicit EnumValues(std::vector<Step> const &steps);

    // A commit that the rehearsal does without: from here on the values count as committed, unless an index that was
    // there before could store one. The entry would outlive the rollback, and nothing could compare it any more.
    void commit();
    bool held_back() const noexcept { return held_back_; } // by such an index

  private:
    bool held_back_ = false;
    bool any_;                  // of the statements adds one, and the caller's transaction has added none
    std::vector<Oid> in_index_; // enum types of which an index that was there before stores values
};

} // namespace mig::server
