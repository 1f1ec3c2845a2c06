// The library itself: what the server calls when it loads it.
#include "bridge/boundary.hpp"
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

static void define_settings_and_hooks() {
    mig::server::settings::define();
    mig::server::top_level::install(); // first: a statement that goes around the hooks before it meets ours
    mig::server::CopyRows::install();
    mig::server::session_watch::install();
    mig::server::object_watch::install();
    mig::server::use_watch::install();
    mig::server::lock_hold::install();
    mig::server::rewrite_gate::install();
    mig::server::storage_watch::install();
    mig::server::irreversible_watch::install();
}

extern "C" void _PG_init(void) { mig::pg::boundary<define_settings_and_hooks>(); }
