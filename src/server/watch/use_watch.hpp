// Which tables, and columns of them, the queries of this session read and write, at any depth, and what the objects
// that it creates depend on.
#pragma once

#include "bridge/hooks.hpp"
#include "core/conflict/touched_object.hpp"

#include <vector>

namespace mig::server::use_watch {

extern pg::Watcher const watcher;

void start();
void stop() noexcept;

// Since start() or the last call. Without what no longer exists, the catalogs, and the tables of the extension.
[[nodiscard]] std::vector<TouchedObject> take_used();

} // namespace mig::server::use_watch
