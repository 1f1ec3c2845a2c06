// What the statements of one transaction, or of one migration, did before the one that is looked at.
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

// The strong locks on relations that are not new, kept until the transaction's end: of each relation the first, and the
// first that is exclusive.
class HeldLocks {
  public:
    struct Held {
        Table *relation;
        std::string what;   // ALTER TABLE
        bool exclusive;     // AccessExclusive: reads wait too; otherwise writes do
        std::uint32_t line; // of the body
    };
    void add(Held held);
    bool has(Table const *relation) const { return relations_.count(relation) > 0; }

    // The first on a relation that is not dropped since, an exclusive one if there is any; null: none.
    Held const *first_held() const;
    // The first that somebody feels, because its relation is not small, and that passes the test; null: none.
    template <class Test>
    Held const *first_felt(Test const &test) const {
        for (Held const *one : felt_)
            if (!one->relation->small() && !one->relation->dropped && test(*one))
                return one;
        return nullptr;
    }

  private:
    struct Queue {
        std::vector<Held const *> all;
        mutable std::size_t first = 0; // that is not dropped
        Held const *front() const;
    };
    std::set<std::pair<Table const *, bool>> known_;
    std::unordered_set<Table const *> relations_;
    std::deque<Held> all_; // elements stay where they are
    Queue any_, exclusive_;
    std::vector<Held const *> felt_;
};

struct Migrated {
    HeldLocks strong_locks;
    std::set<std::pair<Table const *, std::string>> not_valid; // constraints added NOT VALID
    std::unordered_set<Table const *> written; // by INSERT, UPDATE, DELETE, MERGE, COPY; not those that are new
    PendingChecks checks;
    std::unordered_set<std::string> enum_values; // added to enums that were there before the transaction
    std::unordered_set<std::string> said; // by rules that speak once per migration or table: see Subject::first()
};

} // namespace mig::server::lint
