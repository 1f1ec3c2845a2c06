// Finds user-written code that the server would execute in planning an expression or reading a table: functions of
// constants are computed in advance, including those in a CHECK, an index, a partition key, a domain or a cast. lint()
// executes none of it, as it may run with more rights than the author of that code.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

// Reads the catalog, because DomainHasConstraints() of the server would plan the constraints. Raises ERRORs: call it
// inside guarded().
bool domain_has_constraints(Oid type);

// Whether the expression is a column with nothing but built-in casts around it, and no domain with constraints.
// Likewise inside guarded().
bool only_builtin_casts(Node const *expression);

// Whether proving that the rows of `child` fit the bounds of a partition of `parent` would execute user-written code.
bool partition_proof_runs_code(Table const &parent, Table const &child);

// The planner computes immutable functions of constants, and stable ones to estimate (eval_const_expressions(),
// estimate_expression_value()), wherever they are: in the query, in a view or a policy that it is rewritten with, in the
// indexes, extended statistics and partition keys of its tables. So for a query that is planned all of that must be the
// server's own.
constexpr int most_planned_tables = 64;

// An analyzed and rewritten query. For guarded frames.
struct CodeSearch {
    bool found = false; // code that is not the server's own
    int tables = 0;     // all that the query reads
    Oid oids[most_planned_tables] = {};
};
void search_code(Query *query, CodeSearch &search);

// Whether the same holds for a table with its partitions and children, and whether there are few enough of them.
bool is_plannable(World &world, Oid relation);

} // namespace mig::server::lint
