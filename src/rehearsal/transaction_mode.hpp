// What changes how a transaction runs: its isolation level, READ ONLY, DEFERRABLE, its snapshot. The one transaction of
// a rehearsal has begun before, and another migration would find it changed.
#pragma once

#include "bridge/postgres.hpp"
#include "core/migration/body.hpp"

extern "C" {
#include "nodes/nodes.h"
}

namespace mig::server::transaction_mode {

// The statement as a message calls it: `SET TRANSACTION`; null: it sets no such thing. What the server takes only as
// the first of a transaction, it is left to refuse behind others (`first` is false). For a guarded frame.
const char *set_by(Node const *statement, bool first);

// A statement behind it can still be the first of its transaction.
bool goes_before(Statement const &statement) noexcept;

} // namespace mig::server::transaction_mode
