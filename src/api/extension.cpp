// _PG_init(), which the server calls when it loads the library.
#include "bridge/boundary.hpp"
#include "bridge/hooks.hpp"
#include "rehearsal/irreversible_watch.hpp"
#include "run/top_level.hpp"
#include "server/db/settings.hpp"
#include "server/lock/lock_wait_watch.hpp"
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

// In the order in which the server's hooks call them.
static pg::Watcher const *const watchers[] = {
    // Those that refuse statements come first, so that the others do not note what never happens.
    &server::irreversible_watch::watcher, // before the gate: it refuses regardless of size
    &server::rewrite_gate::watcher,
    // Those that only take notes, independent of each other. lock_hold comes last because it sets its timer, which must
    // run before the statement waits for a lock but need not count the time of the others.
    &server::storage_watch::watcher,
    &server::session_watch::watcher,
    &server::object_watch::watcher,
    &server::use_watch::watcher,
    &server::lock_hold::watcher,
    &server::LockWaitWatch::watcher,
    // Those that change how a statement executes: at top level, or with rows from the body instead of the client's.
    &server::top_level::watcher,
    &server::CopyRows::watcher,
};

static void define_settings_and_hooks() {
    server::settings::define();
    pg::install_hooks(watchers);
}

} // namespace mig

extern "C" void _PG_init(void) { mig::pg::boundary<mig::define_settings_and_hooks>(); }
