// Which objects the statements of this session create, alter and drop, at any depth (DO blocks, functions, the closure
// of CASCADE), as the event triggers of the extension see it. Off but between start() and stop(): DDL outside of a run
// pays for a flag.
//
// Not seen, because the server fires no event for it: databases, roles and tablespaces (objects of the cluster),
// TRUNCATE, event triggers themselves (GRANT, COMMENT and RENAME of all else are seen), and anything while event
// triggers are off (event_triggers = off from 17 on, ALTER EVENT TRIGGER ... DISABLE, single-user mode). Left out:
// temporary objects, what comes out of the script of an extension that is created, and what the server makes and drops
// along with a table for its own use (TOAST, row types, the triggers of foreign keys).
#pragma once

#include "bridge/hooks.hpp"
#include "core/conflict/touched_object.hpp"

#include <vector>

namespace mig::server::object_watch {

extern pg::Watcher const watcher;

void start();
void stop() noexcept; // and forgets
bool on() noexcept;

// What was seen since start() or the last take(), in the order in which it happened, without `used`. What a
// subtransaction did that was rolled back is not in it.
[[nodiscard]] std::vector<TouchedObject> take();

// What was created since the last call; from start() on.
struct Made {
    Oid class_id, object;
};
[[nodiscard]] std::vector<Made> take_made();

// What the event triggers call. Each within an event of its kind.
void see_commands();
void see_drops();

} // namespace mig::server::object_watch
