// What the server would execute of what users have written, where it plans an expression or reads a table: functions of
// constants are computed in advance, those of a CHECK, an index, a partition key, a domain or a cast included. lint()
// executes none of it: it may run with more rights than whoever wrote it.
#pragma once

#include "lint/world/world.hpp"

namespace mig::server::lint {

// Reads the catalog, where the server's own answer would plan the constraints. Raises ERRORs: call it inside guarded().
bool domain_has_constraints(Oid type);

// Nothing but a column and casts of the server's own around it; a domain must be without constraints. Likewise.
bool only_builtin_casts(Node const *expression);

// Whether deciding if a table fits the bounds of a partition would run what users wrote.
bool partition_proof_runs_code(Table const &parent, Table const &child);

} // namespace mig::server::lint
