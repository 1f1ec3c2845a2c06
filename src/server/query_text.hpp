// The text that a session of somebody's is at, as far as pg_stat_activity would show it: we read that as the extension's
// owner, who sees more than whoever asks. What else is told of a session, everybody may know.
#pragma once

#include "bridge/postgres.hpp"

// An SQL expression: of the row `activity` of pg_stat_activity, for the role of OID `role`.
#define MIG_QUERY_TEXT(activity, role)                                                                                 \
    "CASE WHEN pg_has_role(" role ", " activity ".usesysid, 'USAGE') OR pg_has_role(" role                             \
    ", 'pg_read_all_stats', 'USAGE') THEN coalesce(" activity ".query, '') ELSE '<insufficient privilege>' END"

namespace mig::server {

// Who asks. Before the owner acts.
inline std::int64_t asking_role() noexcept { return std::int64_t{GetUserId()}; }

} // namespace mig::server
