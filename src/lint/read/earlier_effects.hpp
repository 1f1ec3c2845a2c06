// What earlier statements of a transaction, or of a migration, will have done when a statement runs.
#pragma once

#include "lint/read/pending_checks.hpp"
#include "lint/world/table.hpp"

#include <deque>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mig::server::lint {

// The locks on existing relations that block at least writes; held until the end of the transaction: of each
// relation the first lock, and the first exclusive one.
class HeldLocks {
  public:
    struct Lock {
        Table *relation;
        std::string command; // ALTER TABLE
        bool exclusive;      // AccessExclusiveLock, which blocks reads too
        std::uint32_t line;  // of the body
    };
    void add(Lock lock);
    bool has(Table const *relation) const { return relations_.count(relation) > 0; }

    // The first lock on a relation that has not been dropped since, preferably an exclusive one; null: none.
    Lock const *first_held() const;
    // The first lock that passes the test and that others notice, as its relation is not small; null: none.
    template <class Test>
    Lock const *first_noticeable(Test const &test) const {
        for (Lock const *lock : noticeable_) // a TRUNCATE may have made the relation small since
            if (!lock->relation->small() && !lock->relation->dropped && test(*lock))
                return lock;
        return nullptr;
    }

  private:
    struct Queue {
        std::vector<Lock const *> all;
        mutable std::size_t first = 0; // whose relation is not dropped
        Lock const *front() const;
    };
    std::set<std::pair<Table const *, bool>> known_;
    std::unordered_set<Table const *> relations_;
    std::deque<Lock> all_; // elements stay where they are
    Queue any_, exclusive_;
    std::vector<Lock const *> noticeable_;
};

struct EarlierEffects {
    HeldLocks strong_locks;
    std::set<std::pair<Table const *, std::string>> not_valid; // constraints added NOT VALID
    std::unordered_set<Table const *> written; // by INSERT, UPDATE, DELETE, MERGE, COPY; without new tables
    PendingChecks checks;
    std::unordered_set<std::string> enum_values; // added to enums that existed before the transaction
    std::unordered_set<std::string> reported;    // keys of findings that are reported once: see Subject::first_time()
};

} // namespace mig::server::lint
