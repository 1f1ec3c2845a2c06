// Which table a statement locks before it does anything else.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/nodes.h"
}

namespace mig::server {

// The relation that it locks first, if in a mode that blocks writes: LOCK, ALTER TABLE, DROP, TRUNCATE, CLUSTER,
// REINDEX of a table or index (for an index, its table). InvalidOid for any other statement, and if there is no such
// relation. For guarded frames and hooks: raises what looking up a name raises.
Oid first_strongly_locked_pg(Node *utility);

} // namespace mig::server
