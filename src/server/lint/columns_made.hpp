// The columns, keys and foreign keys that a CREATE TABLE or an ALTER TABLE makes.
#pragma once

#include "server/lint/rule.hpp"

#include <functional>

namespace mig::server::lint {

// Not of temporary tables.
void each_made_column(Subject const &subject, std::function<void(ColumnDef const &, const char *table)> const &visit);
bool has_constraint(ColumnDef const &column, ConstrType type);
// A PRIMARY KEY (column) of the statement, of this column alone.
bool is_key_of_statement(Subject const &subject, const char *column);
bool has_foreign_key(Subject const &subject, ColumnDef const &column);

// The relation is null when the statement makes it.
void each_foreign_key(
    Subject const &subject,
    std::function<void(Relation *relation, const char *table, std::vector<std::string> const &columns)> const &visit);
// Those of a PRIMARY KEY or UNIQUE of the statement that begins with one of the columns, or nothing.
std::vector<std::string> keys_of_statement(Subject const &subject, std::vector<std::string> const &columns);
std::vector<std::string> columns_of_index(IndexStmt const &statement); // "" for an expression

// A btree with the default operators, order and no INCLUDE. Reads the catalog.
bool is_plain(Index const &index);

} // namespace mig::server::lint
