// The event triggers of the extension. They fire for everybody's DDL, so they return at once unless a run is watching.
#include "bridge/boundary.hpp"
#include "core/base/failure.hpp"
#include "server/watch/object_watch.hpp"
#include "server/watch/rewrite_gate.hpp"

extern "C" {
#include "commands/event_trigger.h"
}

using namespace mig;

namespace {

void require_event(FunctionCallInfo fcinfo) {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
        throw Failure(sqlstate::wrong_event, "this function can only be called by an event trigger");
}

} // namespace

MIG_FUNCTION(migrator_see_commands) {
    if (!server::object_watch::on())
        return Datum{0};
    require_event(fcinfo);
    server::object_watch::see_commands();
    return Datum{0};
}

MIG_FUNCTION(migrator_see_drops) {
    if (!server::object_watch::on())
        return Datum{0};
    require_event(fcinfo);
    server::object_watch::see_drops();
    return Datum{0};
}

MIG_FUNCTION(migrator_check_rewrite) {
    if (!server::rewrite_gate::on())
        return Datum{0};
    require_event(fcinfo);
    server::rewrite_gate::check_event();
    return Datum{0};
}
