// The columns, keys and foreign keys that a CREATE TABLE or ALTER TABLE adds.
#pragma once

#include "lint/read/leading_columns.hpp"
#include "lint/read/subject.hpp"

#include <functional>
#include <unordered_set>

namespace mig::server::lint {

// Except those of temporary tables. Columns without a type (of typed tables) are left out.
void each_new_column(Subject const &subject, std::function<void(ColumnDef const &, const char *table)> const &visit);

// The columns of the keys that a statement adds.
class NewKeys {
  public:
    // Reads the statement once; it is empty for statements that are neither CREATE TABLE nor ALTER TABLE.
    explicit NewKeys(Subject const &subject);
    bool is_primary(const char *column) const; // PRIMARY KEY (column) as a table constraint
    bool is_foreign(const char *column) const; // FOREIGN KEY (..., column, ...) likewise
    bool any_begins_with(
        std::vector<std::string> const &columns) const; // a PRIMARY KEY or UNIQUE begins with these, in any order

  private:
    std::unordered_set<std::string> primary_, foreign_;
    LeadingColumns leading_;
};

// `relation` is null if the statement creates it.
void each_foreign_key(
    Subject const &subject,
    std::function<void(Table *relation, const char *table, std::vector<std::string> const &columns)> const &visit);

// A btree with default operator classes, default order and without INCLUDE. Reads the catalog.
bool is_plain_btree(TableIndex const &index);

} // namespace mig::server::lint
