// The rows of a table of somebody's, read without executing anything of anybody's. A query would have the planner
// compute what constraints, indexes and statistics of the table say, call casts and functions of its types, expand what
// has taken its name, and go on to children that are elsewhere; this looks at the table's own rows, and at types of the
// server only.
#pragma once

#include "bridge/guard.hpp"
#include "server/db/value.hpp"

#include <string>

namespace mig::server {

class PlainCopy {
  public:
    // For the role that is current, who needs SELECT of the whole table: else Failure insufficient_privilege, as also
    // where row security would hide rows from it. Failure invalid_parameter unless it is an ordinary table whose columns
    // are all of types of the server. `name` is for these. Until the end of the transaction it keeps its name.
    PlainCopy(Oid table, std::string const &name);
    ~PlainCopy();
    PlainCopy(PlainCopy const &) = delete;
    PlainCopy &operator=(PlainCopy const &) = delete;

    // An item of FROM that has its columns, made of parameters(): a text array for each column.
    std::string from_item() const;
    std::vector<Value> parameters() const;

  private:
    struct Column {
        std::string name, type;
        std::vector<Value> values; // views into memory_
    };
    MemoryContext memory_;
    std::vector<Column> columns_;
};

} // namespace mig::server
