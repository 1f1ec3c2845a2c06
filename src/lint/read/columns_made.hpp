// The columns, keys and foreign keys that a CREATE TABLE or an ALTER TABLE makes.
#pragma once

#include "lint/read/leading_columns.hpp"
#include "lint/read/subject.hpp"

#include <functional>
#include <unordered_set>

namespace mig::server::lint {

// Not of temporary tables.
void each_made_column(Subject const &subject, std::function<void(ColumnDef const &, const char *table)> const &visit);

// What the keys of the statement are made of.
class KeysMade {
  public:
    explicit KeysMade(Subject const &subject);
    bool is_primary(const char *column) const;                // alone, by a PRIMARY KEY (column)
    bool refers(const char *column) const;                    // by a FOREIGN KEY (..., column, ...)
    bool lead(std::vector<std::string> const &columns) const; // a PRIMARY KEY or UNIQUE begins with them

  private:
    std::unordered_set<std::string> primary_, foreign_;
    LeadingColumns leading_;
};

// The relation is null when the statement makes it.
void each_foreign_key(
    Subject const &subject,
    std::function<void(Table *relation, const char *table, std::vector<std::string> const &columns)> const &visit);

// A btree with the default operators, order and no INCLUDE. Reads the catalog.
bool is_plain(TableIndex const &index);

} // namespace mig::server::lint
