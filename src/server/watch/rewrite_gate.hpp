// migrator.max_rewrite_size: a statement of a migration, at any depth, that would rewrite a larger table is refused
// before it writes anything. The size is that of the table's rows, TOAST included, without indexes and the other forks,
// although most rewrites rebuild the indexes as well.
#pragma once

#include "bridge/hooks.hpp"

namespace mig::server::rewrite_gate {

// For rewrites that fire no event table_rewrite: CLUSTER, VACUUM FULL, SET TABLESPACE, REFRESH MATERIALIZED VIEW.
// Not checked: ALTER TABLE ALL IN TABLESPACE, and CLUSTER without a table.
extern pg::Watcher const watcher;

// What the event trigger for table_rewrite calls, within the event. Failure rewrite_too_large.
bool on() noexcept;
void check_event();

} // namespace mig::server::rewrite_gate
