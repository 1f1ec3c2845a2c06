// How many rows a WHERE is about, from the statistics and without planning: nothing of the statement is executed, no
// lock is taken.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

// Of the target of an UPDATE or DELETE, whose other tables are `others` (FROM, USING). What cannot be told counts as
// the planner counts it, a third of the rows or all of them.
double estimated_rows(World &world, Table &target, Node *where, List *others);
// What a SELECT reads at most, by its LIMIT and the tables of its FROM.
double estimated_rows(World &world, SelectStmt const &select);
// What an item of a FROM holds.
double estimated_rows(World &world, Node &source);

} // namespace mig::server::lint
