// Reads the rows of a table that any role may own, without executing that role's code. A query on the table would have
// the planner evaluate expressions of its constraints, indexes and statistics, call casts and functions of its types,
// expand a view that has taken the table's name meanwhile, and read inheritance children elsewhere. This reads the rows
// of the table itself, of types that come with the server, by a plain scan.
#pragma once

#include "bridge/guard.hpp"
#include "server/db/value.hpp"

#include <string>

namespace mig::server {

class PlainCopy {
  public:
    // Who only looks neither waits for a lock (Failure lock_not_available) nor keeps one, and reads no table that is
    // too large for a history (Failure invalid_parameter).
    enum class Purpose : unsigned char { to_use, to_look };
    // Failure insufficient_privilege unless the current role has SELECT on the whole table, and if row-level security
    // would hide rows from it. Failure invalid_parameter unless it is an ordinary table and all its columns are of
    // types that come with the server. `name` is for the messages. To be used, the table stays locked until the end of
    // the transaction.
    PlainCopy(Oid table, std::string const &name, Purpose purpose = Purpose::to_use);
    ~PlainCopy();
    PlainCopy(PlainCopy const &) = delete;
    PlainCopy &operator=(PlainCopy const &) = delete;

    // A FROM item with the columns of the table, computed from parameters(), which are a text array for each column.
    bool empty() const { return columns_.empty() || columns_.front().values.empty(); }
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
