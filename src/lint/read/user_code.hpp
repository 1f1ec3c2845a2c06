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

} // namespace mig::server::lint
