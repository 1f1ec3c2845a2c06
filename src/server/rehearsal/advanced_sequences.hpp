// Sequences that were there before and that this session takes values from or sets: no rollback takes that back.
#pragma once

#include "server/rehearsal/own_locks.hpp"

#include <set>
#include <string>

namespace mig::server {

// It is a sequence, and its values are those that other sessions see: it is not new, nor has ALTER SEQUENCE or TRUNCATE
// ... RESTART IDENTITY replaced it in this transaction.
bool is_lasting_sequence(Oid relation);

class AdvancedSequences {
  public:
    AdvancedSequences(); // leaves out those that the transaction has used before

    // What the statement that has just ended did.
    void look();
    std::vector<std::string> const &names() const noexcept { return names_; } // public.tickets

  private:
    OwnLocks locks_;
    std::set<Oid> known_;
    std::vector<std::string> names_;
};

} // namespace mig::server
