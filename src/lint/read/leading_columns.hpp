// The columns with which indexes and keys begin.
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

// In any order.
class LeadingColumns {
  public:
    void add(std::vector<std::string> const &index);
    // Some index begins with these, and no other between them.
    bool lead(std::vector<std::string> const &columns) const;
    // Each set of columns with which an index begins, as one word.
    template <class Visit>
    static void each_beginning(std::vector<std::string> const &index, Visit const &visit);
    static std::string word_of(std::vector<std::string> columns);

  private:
    std::unordered_map<std::string, bool> beginnings_;
};

template <class Visit>
void LeadingColumns::each_beginning(std::vector<std::string> const &index, Visit const &visit) {
    for (std::size_t length = 1; length <= std::min(index.size(), std::size_t{INDEX_MAX_KEYS}); ++length)
        visit(word_of({index.begin(), index.begin() + static_cast<std::ptrdiff_t>(length)}));
}

} // namespace mig::server::lint
