// Which table a statement locks before it does anything else.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/nodes.h"
}

namespace mig::server {

// The relation that it takes a lock on first, by a mode that blocks writes: LOCK, ALTER TABLE, DROP, TRUNCATE, CLUSTER,
// REINDEX of a table or index (whose table it is then). InvalidOid for any other statement, and where there is no such
// relation. For guarded frames and hooks: raises what looking up a name raises.
Oid first_strongly_locked_pg(Node *utility);

} // namespace mig::server
