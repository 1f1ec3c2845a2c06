// What another session is doing, as far as pg_stat_activity would show it to the caller: we read that view as the
// extension's owner, who may see more. Process, user and application are shown to everybody.
#pragma once

#include "bridge/postgres.hpp"

// SQL expressions on the row `activity` of pg_stat_activity, for the role with the OID `role`. The condition is that of
// pg_stat_get_activity(), HAS_PGSTAT_PERMISSIONS.
#define MIG_MAY_SEE(activity, role)                                                                                    \
    "(pg_has_role(" role ", " activity ".usesysid, 'USAGE') OR pg_has_role(" role ", 'pg_read_all_stats', 'USAGE'))"
#define MIG_QUERY_TEXT(activity, role)                                                                                 \
    "CASE WHEN " MIG_MAY_SEE(activity, role) " THEN coalesce(" activity ".query, '') ELSE '<insufficient privilege>' END"
// `, transaction open for 00:01:05`, or nothing.
#define MIG_OPEN_FOR(activity, role)                                                                                   \
    "CASE WHEN " MIG_MAY_SEE(activity, role) " THEN ', transaction open for ' ||"                                      \
    " coalesce(date_trunc('second', clock_timestamp() - " activity ".xact_start)::text, '?') ELSE '' END"

namespace mig::server {

// The role that calls. To be read before AsOwner switches to the owner.
inline std::int64_t calling_role() noexcept { return std::int64_t{GetUserId()}; }

} // namespace mig::server
