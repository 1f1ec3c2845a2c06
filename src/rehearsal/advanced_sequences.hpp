// Sequences that were there before and that this session takes values from or sets: no rollback takes that back.
#pragma once

#include "rehearsal/own_locks.hpp"

#include <optional>
#include <set>
#include <string>

namespace mig::server {

// It is a sequence, and its values outlive a rollback of that subtransaction: it is older, and neither ALTER SEQUENCE
// nor TRUNCATE ... RESTART IDENTITY has replaced it since.
bool is_lasting_sequence(Oid relation, SubTransactionId subtransaction);

class AdvancedSequences {
  public:
    AdvancedSequences(); // in the subtransaction that will be rolled back

    struct Advanced {
        Oid relation;
        std::string name; // public.tickets
    };
    // What the statement that has just ended did: each once. A lock that the transaction had before tells nothing.
    std::vector<Advanced> look();
    // Of those that it had locked: which have gone on since. Some may have been told already.
    std::vector<std::string> look_at_used() const;

    // As of KnownRelations.
    void save() { saved_ends_ = locks_.ends(); }
    void undo() { locks_.go_back_to(saved_ends_); }

  private:
    struct Position {
        std::int64_t last_value;
        bool is_called;
        std::optional<std::int64_t> of_session; // currval()
        bool has_moved_to(Position const &now) const;
    };
    struct Used {
        Oid relation;
        Position position;
    };
    static Position position_of(Oid relation);

    SubTransactionId const subtransaction_;
    OwnLocks locks_;
    OwnLocks::Ends saved_ends_;
    std::set<Oid> known_;
    std::vector<Used> used_;
};

} // namespace mig::server
