// Which tables the statements of this session give a new storage, and which they empty, at any depth, as the server's
// hook tells it. Off but between start() and stop().
#pragma once

#include "bridge/hooks.hpp"

#include <vector>

namespace mig::server::storage_watch {

extern pg::Watcher const watcher;

void start() noexcept;
void stop() noexcept;

// Since start() or the last take(). In a guarded frame nowhere: they call the server.
struct Seen {
    std::vector<Oid> replaced; // copied into a new file, by ALTER TABLE, CLUSTER, REFRESH MATERIALIZED VIEW
    std::vector<Oid> emptied;  // TRUNCATE, which copies nothing
};
[[nodiscard]] Seen take();

} // namespace mig::server::storage_watch
