// Which objects the statements of this session create, alter and drop, at any depth (DO blocks, functions, whatever
// CASCADE reaches), as the extension's event triggers see it. Off except between start() and stop(): DDL outside of a
// run pays for a flag.
//
// Not seen, because the server fires no event for it: databases, roles and tablespaces (shared objects), TRUNCATE,
// event triggers themselves (GRANT, COMMENT and RENAME of everything else are seen), and anything while event triggers
// are off (event_triggers = off since 17, ALTER EVENT TRIGGER ... DISABLE, single-user mode). Left out: temporary
// objects, what the script of an extension creates, and what the server creates and drops along with a table for its
// own use (TOAST tables, row types, the triggers of foreign keys).
#pragma once

#include "bridge/hooks.hpp"
#include "core/conflict/touched_object.hpp"

#include <vector>

namespace mig::server::object_watch {

extern pg::Watcher const watcher;

void start();
void stop() noexcept; // and forgets what was seen
bool on() noexcept;

// What was seen since start() or the last call, in the order in which it happened; never How::used. Without what was
// rolled back with a subtransaction.
[[nodiscard]] std::vector<TouchedObject> take_touched();

// What was created, or altered by ALTER TABLE, since start() or the last call.
struct Changed {
    Oid class_id, object;
};
[[nodiscard]] std::vector<Changed> take_changed();

// What the event triggers call, each within an event of its kind.
void see_commands();
void see_drops();

} // namespace mig::server::object_watch
