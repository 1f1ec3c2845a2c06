// A value that ALTER TYPE ... ADD VALUE adds cannot be used before it is committed (55P04): a later migration of
// apply_each() can use it, but in the single transaction of a rehearsal none could.
#pragma once

#include "bridge/postgres.hpp"

#include <vector>

namespace mig::server {

class EnumValues {
  public:
    // `enabled` does not depend on what is rehearsed: no statement shows that a function, a DO block or dynamic SQL
    // adds a value.
    explicit EnumValues(bool enabled);

    // Replaces a commit, which a rehearsal has not: from here on the values count as committed, unless an index that
    // existed before could store one. Its entry would outlive the rollback, and could not be compared any more.
    void commit();
    bool held_back() const noexcept { return held_back_; } // by such an index

  private:
    bool held_back_ = false;
    bool enabled_;              // and the caller's transaction has added none
    std::vector<Oid> in_index_; // enum types whose values an index that existed before may store
};

} // namespace mig::server
