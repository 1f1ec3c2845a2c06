// Statements that change how a transaction runs: its isolation level, READ ONLY, DEFERRABLE, its snapshot. The single
// transaction of a rehearsal has already begun, and later migrations would find it changed.
#pragma once

#include "bridge/postgres.hpp"
#include "core/migration/body.hpp"

extern "C" {
#include "nodes/nodes.h"
}

namespace mig::server::transaction_mode {

// The statement as messages name it: `SET TRANSACTION`; null if it sets no such thing. If the server accepts it only as
// the first of a transaction and it comes later (`first` is false), it is null as well, and the server refuses it. For
// guarded frames.
const char *set_by(Node const *statement, bool first);

// Whether SET TRANSACTION still works after it: it needs no snapshot.
bool needs_no_snapshot(Statement const &statement) noexcept;

} // namespace mig::server::transaction_mode
