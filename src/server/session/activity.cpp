#include "server/session/activity.hpp"

#include "bridge/compat.hpp"

extern "C" {
#include "utils/backend_status.h"
}

namespace mig::server {

Activity::Activity()
    : before_(MyBEEntry ? MyBEEntry->st_activity_raw : ""), query_id_(MyBEEntry ? pg::reported_query_id() : 0) {}

// None of the calls below raises an ERROR: they write to shared memory.
Activity::~Activity() {
    pgstat_report_activity(STATE_RUNNING, before_.c_str());
    pg::report_query_id(query_id_);
}

void Activity::show(ActivityText const &activity) { pgstat_report_activity(STATE_RUNNING, to_text(activity).c_str()); }

} // namespace mig::server
