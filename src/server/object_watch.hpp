// Which objects the statements of this session create, alter and drop, at any depth (DO blocks, functions, the closure
// of CASCADE), as the event triggers of the extension see it. Off but between start() and stop(): DDL outside of a run
// pays for a flag.
#pragma once

#include "core/touched_object.hpp"

#include <vector>

namespace mig::server::object_watch {

void start() noexcept;
void stop() noexcept; // and forgets

// What was seen since start() or the last take(), in the order in which it happened, without `used`.
std::vector<TouchedObject> take();

} // namespace mig::server::object_watch
