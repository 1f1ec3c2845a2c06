// Inserts rows into a table of the extension without a query.
#pragma once

#include "server/db/value.hpp"

#include <vector>

namespace mig::server {

// Does what INSERT INTO migrator.TABLE (COLUMNS) VALUES (VALUES, row by row) does: the other columns get their defaults,
// and constraints, indexes and triggers work as usual. Only rules are passed over, as by COPY, and a trigger of the
// statement sees no transition table. No privilege is checked: call it as the owner. ERROR 25006 in a read-only
// transaction, and what the rows violate. For a row that each run writes: most of what the statement costs is setting up
// a plan of forty columns.
void insert_rows(const char *table, std::vector<const char *> const &columns, std::vector<Value> const &values);

} // namespace mig::server
