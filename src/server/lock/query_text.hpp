// What a session of somebody's is at, as far as pg_stat_activity would show it: we read that as the extension's owner,
// who sees more than whoever asks. Process, user and application everybody may know.
#pragma once

#include "bridge/postgres.hpp"

// SQL expressions: of the row `activity` of pg_stat_activity, for the role of OID `role`.
#define MIG_MAY_SEE(activity, role)                                                                                    \
    "(pg_has_role(" role ", " activity ".usesysid, 'USAGE') OR pg_has_role(" role ", 'pg_read_all_stats', 'USAGE'))"
#define MIG_QUERY_TEXT(activity, role)                                                                                 \
    "CASE WHEN " MIG_MAY_SEE(activity, role) " THEN coalesce(" activity ".query, '') ELSE '<insufficient privilege>' END"
// `, transaction open for 00:01:05`, or nothing.
#define MIG_OPEN_FOR(activity, role)                                                                                   \
    "CASE WHEN " MIG_MAY_SEE(activity, role) " THEN ', transaction open for ' ||"                                      \
    " coalesce(date_trunc('second', clock_timestamp() - " activity ".xact_start)::text, '?') ELSE '' END"

namespace mig::server {

// Who asks. Before the owner acts.
inline std::int64_t asking_role() noexcept { return std::int64_t{GetUserId()}; }

} // namespace mig::server
