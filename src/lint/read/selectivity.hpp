// How many rows a WHERE selects, estimated from the statistics but without the planner: where that cannot be asked
// (lint/read/planned_rows.hpp), as an earlier pending statement changes what a name means.
#pragma once

#include "lint/world/world.hpp"

#include <optional>

namespace mig::server::lint {

// The rows of `target` that an UPDATE or DELETE changes; `others` are the items of its FROM or USING. What cannot be
// estimated counts as the planner's default, a third of the rows, or as all of them.
double estimated_rows(World &world, Table &target, Node *where, List *others);
// The most rows that a unique key in the WHERE leaves: key = value, key IN (values); nothing: no such condition.
std::optional<double> rows_of_key(World &world, Table &target, Node *where, List *others);
// The same, also of key IN (SELECT ...) and of a join by the key.
std::optional<double> rows_of_key_or_query(World &world, Table &target, Node *where, List *others);
// The rows of a SELECT, limited by its LIMIT; of joined tables the largest counts.
double estimated_rows(World &world, SelectStmt const &select);
// The rows of an item of FROM.
double estimated_rows(World &world, Node &source);

} // namespace mig::server::lint
