// Which deferred checks are pending in a transaction after the statements that it has executed: of foreign keys on
// either side, of unique keys, and constraint triggers. They matter because the server refuses DDL on a table with
// pending trigger events (CheckTableNotInUse()).
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
    // Records an executed statement. `brings_rows`: the data of a COPY follow in the migration, and are not empty. The
    // tables that the statement wrote are added to `written`, except new ones.
    void note(Node *node, bool brings_rows, World &world, std::unordered_set<Table const *> &written);

    // The most certain of the checks that are pending on the table. Empty `constraint`: none.
    struct Check {
        std::string constraint;
        bool certain = false; // a row has been written, whatever the data are
        bool unique = false;  // pending only if a key was duplicated meanwhile
    };
    Check pending_on(Table const &table) const;

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

    std::optional<bool> all_deferred_;                           // by the last SET CONSTRAINTS ALL
    std::unordered_map<std::string, std::vector<Timing>> named_; // and by name after that, the newest last
    std::unordered_map<Table const *, std::map<Name, Check>> pending_;
    std::unordered_map<std::string, std::unordered_set<Table const *>> tables_; // with pending checks, by constraint
};

} // namespace mig::server::lint
