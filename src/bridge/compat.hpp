// What differs between the server versions that we build for (15 to 19). Nothing else asks for PG_VERSION_NUM.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "utils/portal.h"
#include "utils/wait_event.h"
}

#if PG_VERSION_NUM < 150000
#error "migrator needs PostgreSQL 15 or later"
#endif

namespace mig::pg {

// 18 dropped the run_once argument (0f21db36d6).
inline bool portal_run(Portal portal, bool top_level, DestReceiver *receiver, QueryCompletion *completion) {
#if PG_VERSION_NUM >= 180000
    return PortalRun(portal, FETCH_ALL, top_level, receiver, receiver, completion);
#else
    return PortalRun(portal, FETCH_ALL, top_level, true, receiver, receiver, completion);
#endif
}

// Waiting for another run shows in pg_stat_activity.wait_event; names of our own exist from 17 on (c9af054653).
inline std::uint32_t run_lock_wait_event() {
#if PG_VERSION_NUM >= 170000
    static std::uint32_t event = 0;
    if (event == 0)
        event = WaitEventExtensionNew("MigratorRunLock");
    return event;
#else
    return PG_WAIT_EXTENSION;
#endif
}

} // namespace mig::pg
