// Existing sequences that this session takes values from or sets: no rollback undoes that.
#pragma once

#include "rehearsal/own_locks.hpp"

#include <optional>
#include <set>
#include <string>

namespace mig::server {

// Whether it is a sequence whose values survive a rollback of that subtransaction: it is older, and neither ALTER
// SEQUENCE nor TRUNCATE ... RESTART IDENTITY has given it new storage since.
bool is_lasting_sequence(Oid relation, SubTransactionId subtransaction);

class AdvancedSequences {
  public:
    AdvancedSequences(); // in the subtransaction that will be rolled back

    struct Advanced {
        Oid relation;
        std::string name; // public.tickets
    };
    // Those that the statement which has just ended advanced, each only once. They are known by their locks: one that
    // the transaction had locked before is not among them.
    std::vector<Advanced> take_advanced();
    // Of those that the transaction had locked before: which have advanced since. Some may have been reported already.
    std::vector<std::string> advanced_since_start() const;

    // As in KnownRelations.
    void save() { saved_ends_ = locks_.ends(); }
    void restore() { locks_.restore(saved_ends_); }

  private:
    struct Position {
        std::int64_t last_value;
        bool is_called;
        std::optional<std::int64_t> session_value; // currval()
        bool differs_from(Position const &now) const;
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
