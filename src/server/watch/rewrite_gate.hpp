// migrator.max_rewrite_size: a statement of a migration, at any depth, that would write a whole table anew is refused
// before it writes anything if the table is larger. The size is that of its rows, TOAST included: its indexes and maps
// are left out, although most rewrites build the indexes again.
#pragma once

#include "bridge/hooks.hpp"

namespace mig::server::rewrite_gate {

// For what no event tells of: CLUSTER, VACUUM FULL, SET TABLESPACE, REFRESH MATERIALIZED VIEW.
// Let pass are ALTER TABLE ALL IN TABLESPACE and a CLUSTER that names no table.
extern pg::Watcher const watcher;

// What the event trigger for table_rewrite calls, within the event: Failure rewrite_too_large.
bool on() noexcept;
void check_event();

} // namespace mig::server::rewrite_gate
