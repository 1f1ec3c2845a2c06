// Which checks wait for the end of a transaction, by the statements that it has executed: deferred foreign keys of
// either side, deferred unique keys, constraint triggers.
#pragma once

#include "lint/world/table.hpp"

#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

struct Node;
struct ConstraintsSetStmt;

namespace mig::server::lint {

class World;

class PendingChecks {
  public:
    // The statement has been executed; it brought the rows of a COPY with it. The tables that it wrote go to `written`,
    // but for those that are new.
    void note(Node *node, bool brings_rows, World &world, std::unordered_set<Table const *> &written);

    // What waits on the table: the surest of all. Without a constraint: nothing.
    struct Waiting {
        std::string constraint;
        bool certain = false; // a row was written, whatever the data are
        bool unique = false;  // and waits only when a key was there twice
    };
    Waiting of(Table const &table) const;

  private:
    struct Write;
    struct Timing {
        std::string schema; // empty: any
        bool deferred;
    };
    using Name = std::pair<std::string, std::string>; // schema, constraint

    void set(ConstraintsSetStmt const &statement);
    void set(Name const &name, bool deferred);
    void write(Write const &write, World &world);
    bool waits(DeferrableCheck const &check) const;

    std::optional<bool> all_deferred_;
    std::unordered_map<std::string, std::vector<Timing>> named_; // since then, the newest last
    std::unordered_map<Table const *, std::map<Name, Waiting>> waiting_;
    std::unordered_map<std::string, std::unordered_set<Table const *>> tables_; // where it may wait, by constraint
};

} // namespace mig::server::lint
