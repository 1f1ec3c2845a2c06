// Which columns indexes and keys begin with.
#pragma once

#include "bridge/postgres.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint {

bool has_constraint(ColumnDef const &column, ConstrType type);
std::vector<std::string> columns_of_index(IndexStmt const &statement); // "" for an expression

// An index on (a, b, c) serves an equality search for a, for a and b in any order, and for all three. So sets of
// columns are looked up, not lists.
class LeadingColumns {
  public:
    void add(std::vector<std::string> const &index);
    // Whether an index begins with exactly these columns, in any order.
    bool any_begins_with(std::vector<std::string> const &columns) const;
    // Calls visit(key_of(columns)) for each set of columns that an index begins with.
    template <class Visit>
    static void each_beginning(std::vector<std::string> const &index, Visit const &visit);
    // The same text for the same columns, whatever their order.
    static std::string key_of(std::vector<std::string> columns);

  private:
    std::unordered_map<std::string, bool> prefixes_;
};

template <class Visit>
void LeadingColumns::each_beginning(std::vector<std::string> const &index, Visit const &visit) {
    for (std::size_t length = 1; length <= std::min(index.size(), std::size_t{INDEX_MAX_KEYS}); ++length)
        visit(key_of({index.begin(), index.begin() + static_cast<std::ptrdiff_t>(length)}));
}

} // namespace mig::server::lint
