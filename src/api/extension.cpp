// The library itself: what the server calls when it loads it.
#include "bridge/boundary.hpp"
#include "bridge/hooks.hpp"
#include "rehearsal/irreversible_watch.hpp"
#include "run/top_level.hpp"
#include "server/db/settings.hpp"
#include "server/session/session_watch.hpp"
#include "server/watch/copy_from_body.hpp"
#include "server/watch/lock_hold.hpp"
#include "server/watch/object_watch.hpp"
#include "server/watch/rewrite_gate.hpp"
#include "server/watch/storage_watch.hpp"
#include "server/watch/use_watch.hpp"

MIG_EXPORT_BEGIN
PG_MODULE_MAGIC;
void _PG_init(void); // NOLINT(bugprone-reserved-identifier): the name that the server looks for
MIG_EXPORT_END

namespace mig {

// All who watch, in the order in which the server's hooks tell them.
static pg::Watcher const *const watchers[] = {
    // What refuses comes first, so that no other takes note of what does not happen.
    &server::irreversible_watch::watcher, // before the gate: it refuses whatever the size
    &server::rewrite_gate::watcher,
    // What takes note, each for itself. The timer is set before a statement waits for a lock, and late, so that it
    // does not count what the others do.
    &server::storage_watch::watcher,
    &server::session_watch::watcher,
    &server::object_watch::watcher,
    &server::use_watch::watcher,
    &server::lock_hold::watcher,
    // What says how a statement goes on: at top level, or with the rows of the body in place of the client's.
    &server::top_level::watcher,
    &server::CopyRows::watcher,
};

static void define_settings_and_hooks() {
    server::settings::define();
    pg::install_hooks(watchers);
}

} // namespace mig

extern "C" void _PG_init(void) { mig::pg::boundary<mig::define_settings_and_hooks>(); }
