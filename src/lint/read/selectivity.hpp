// How many rows a WHERE selects, estimated from the statistics but without the planner, which would lock the tables and
// execute functions of the statement to estimate from constants.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

// The rows of `target` that an UPDATE or DELETE changes; `others` are the items of its FROM or USING. What cannot be
// estimated counts as the planner's default, a third of the rows, or as all of them.
double estimated_rows(World &world, Table &target, Node *where, List *others);
// The rows of a SELECT, limited by its LIMIT; of joined tables the largest counts.
double estimated_rows(World &world, SelectStmt const &select);
// The rows of an item of FROM.
double estimated_rows(World &world, Node &source);

} // namespace mig::server::lint
