#include "server/lock/running.hpp"

#include "server/db/owner.hpp"
#include "server/lock/query_text.hpp"
#include "server/lock/run_lock.hpp"

namespace mig::server {

namespace {

// The server's progress views as one. A phase that counts something shows how far it has come; the others have no
// `part`.
#define PROGRESS                                                                                                       \
    "SELECT pid, phase, CASE WHEN blocks_total > 0 THEN blocks_done::float8 / blocks_total"                            \
    " WHEN tuples_total > 0 THEN tuples_done::float8 / tuples_total"                                                   \
    " WHEN lockers_total > 0 THEN lockers_done::float8 / lockers_total END AS part"                                    \
    " FROM pg_stat_progress_create_index"                                                                              \
    " UNION ALL SELECT pid, phase, heap_blks_scanned::float8 / nullif(heap_blks_total, 0) FROM "                       \
    "pg_stat_progress_vacuum"                                                                                          \
    " UNION ALL SELECT pid, phase, heap_blks_scanned::float8 / nullif(heap_blks_total, 0)"                             \
    " FROM pg_stat_progress_cluster"                                                                                   \
    " UNION ALL SELECT pid, phase, sample_blks_scanned::float8 / nullif(sample_blks_total, 0)"                         \
    " FROM pg_stat_progress_analyze"                                                                                   \
    " UNION ALL SELECT pid, lower(command), bytes_processed::float8 / nullif(bytes_total, 0) FROM "                    \
    "pg_stat_progress_copy"

#define BLOCKERS                                                                                                       \
    "SELECT string_agg(format('process %s (user %s, application %s%s): %s', b.pid,"                                    \
    " coalesce(b.usename::text, b.backend_type), coalesce(nullif(b.application_name, ''), 'unknown'),"                 \
    " " MIG_OPEN_FOR("b", "$4::oid") ", " MIG_QUERY_TEXT("b", "$4::oid") "), E'\\n' ORDER BY b.xact_start)"             \
    " FROM pg_stat_activity b WHERE b.pid = ANY (blocking.pids)"

// LATERAL, for a single call of pg_blocking_pids(): it needs exclusive access to the lock manager's shared state.
constexpr const char *running_sql =
    "SELECT a.pid, coalesce(a.query, ''), a.usename::text,"
    " coalesce(a.client_addr::text, 'local') || coalesce(' (' || nullif(a.application_name, '') || ')', ''),"
    " CASE WHEN a.state = 'active' THEN a.query_start ELSE a.xact_start END, a.state_change, a.wait_event_type,"
    " a.wait_event, blocking.pids, (" BLOCKERS "), p.phase, round((100 * p.part)::numeric, 1)::float8"
    " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " CROSS JOIN LATERAL (SELECT pg_blocking_pids(a.pid) AS pids) blocking"
    " LEFT JOIN (" PROGRESS ") p ON p.pid = a.pid"
    " WHERE " MIG_HOLDS_RUN_LOCK MIG_HOLDER_FIRST;

} // namespace

Rows running() {
    std::int64_t const role = calling_role();
    AsOwner const owner;
    return query(running_sql,
                 {std::int64_t{lock_class}, std::int64_t{extension_schema()}, std::int32_t{run_lock_part}, role});
}

} // namespace mig::server
