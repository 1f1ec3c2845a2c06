// Which tables the statements of this session give new storage, and which they truncate, at any depth, as the server's
// object access hook reports it. Off except between start() and stop().
#pragma once

#include "bridge/hooks.hpp"

#include <vector>

namespace mig::server::storage_watch {

extern pg::Watcher const watcher;

void start() noexcept;
void stop() noexcept;

// Since start() or the last call. Not for guarded frames: it has guards of its own.
struct Changes {
    std::vector<Oid> replaced;  // copied into a new file, by ALTER TABLE, CLUSTER, REFRESH MATERIALIZED VIEW
    std::vector<Oid> truncated; // which copies nothing
};
[[nodiscard]] Changes take_changes();

} // namespace mig::server::storage_watch
