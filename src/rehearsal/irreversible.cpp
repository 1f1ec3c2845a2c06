#include "rehearsal/irreversible.hpp"

#include "core/text/text.hpp"

extern "C" {
#include "access/xact.h"
#include "catalog/pg_subscription.h"
#include "commands/prepare.h"
#include "nodes/parsenodes.h"
#include "utils/lsyscache.h"
#include "utils/portal.h"
}

namespace mig::server::irreversible {

namespace {

// The symbol is pg_proc.prosrc. Versions of an extension add suffixes (pg_stat_statements_reset_1_7), which the *
// covers.
struct Function {
    const char *library, *symbol, *effect;
};

// A symbol that ends in * matches all that begin with the rest.
constexpr Function functions[] = {
    // Replication.
    {"", "pg_create_physical_replication_slot", "creates a replication slot"},
    {"", "pg_create_logical_replication_slot", "creates a replication slot"},
    {"", "pg_copy_physical_replication_slot_*", "creates a replication slot"},
    {"", "pg_copy_logical_replication_slot_*", "creates a replication slot"},
    {"", "pg_drop_replication_slot", "drops a replication slot"},
    {"", "pg_replication_slot_advance", "advances a replication slot"},
    {"", "pg_logical_slot_get_changes", "consumes the changes of a replication slot"},
    {"", "pg_logical_slot_get_binary_changes", "consumes the changes of a replication slot"},
    {"", "pg_sync_replication_slots", "changes replication slots"},
    {"", "pg_logical_emit_message_*", "can send a message to subscribers at once"},
    {"", "pg_replication_origin_drop", "drops the progress of a replication origin"}, // at once, though not its row
    {"", "pg_replication_origin_advance", "advances a replication origin"},
    {"", "pg_replication_origin_session_setup", "changes the replication origin of the session"},
    {"", "pg_replication_origin_session_reset", "changes the replication origin of the session"},
    {"", "pg_replication_origin_xact_setup", "changes the replication origin of the session"},
    {"", "pg_replication_origin_xact_reset", "changes the replication origin of the session"},
    // Other sessions.
    {"", "pg_terminate_backend", "ends another session"},
    {"", "pg_cancel_backend", "cancels what another session does"},
    {"", "pg_log_backend_memory_contexts", "makes another session write to the server's log"},
    // The server.
    {"", "pg_switch_wal", "begins a new WAL file"},
    {"", "pg_create_restore_point", "writes a restore point to the WAL"},
    {"", "pg_log_standby_snapshot", "writes to the WAL at once"},
    {"", "pg_backup_start", "begins a backup"},
    {"", "pg_backup_stop", "ends a backup"},
    {"", "pg_reload_conf", "makes the server reload its configuration"},
    {"", "pg_rotate_logfile*", "begins a new file of the server's log"},
    {"", "enable_data_checksums", "changes the checksums of all data files"},
    {"", "disable_data_checksums", "changes the checksums of all data files"},
    {"", "pg_stat_reset*", "resets statistics"},
    // Files, the caller's locks.
    {"", "be_lo_export", "writes a file of the server"},
    {"", "pg_advisory_unlock_all", "releases session advisory locks of the caller"},
    // contrib. The functions of dblink that are left out only read.
    {"adminpack", "pg_file_write*", "writes a file of the server"},
    {"adminpack", "pg_file_rename*", "renames a file of the server"},
    {"adminpack", "pg_file_unlink*", "removes a file of the server"},
    {"dblink", "dblink_connect", "connects to another server"}, // until the end of the session
    {"dblink", "dblink_disconnect", "ends a connection to another server"},
    {"dblink", "dblink_record", "runs a statement in another session"},
    {"dblink", "dblink_exec", "runs a statement in another session"},
    {"dblink", "dblink_send_query", "runs a statement in another session"},
    {"dblink", "dblink_open", "runs a statement in another session"},
    {"dblink", "dblink_fetch", "runs a statement in another session"},
    {"dblink", "dblink_close", "runs a statement in another session"},
    {"dblink", "dblink_get_result", "consumes a result of another session"},
    {"dblink", "dblink_cancel_query", "cancels what another session does"},
    {"pg_prewarm", "autoprewarm_start_worker", "starts a background worker"},
    {"pg_prewarm", "autoprewarm_dump_now", "writes a file of the server"},
    {"pg_stat_statements", "pg_stat_statements_reset*", "resets statistics"},
    {"pg_surgery", "heap_force_*", "writes rows in place"},
    {"pg_visibility", "pg_truncate_visibility_map", "drops the visibility map of a table"},
    // Widely used, but not part of the server.
    {"pg_background", "pg_background_launch*", "runs a statement in another session"},
    {"http", "http_request", "sends a request to another server"},
};

bool matches(std::string_view pattern, std::string_view symbol) {
    if (pattern.back() != '*')
        return symbol == pattern;
    pattern.remove_suffix(1);
    return begins_with(symbol, pattern);
}

// What reads changes nothing: COPY FROM PROGRAM is executed, with a remark.
const char *effect_of_copy(CopyStmt const &copy) {
    if (copy.is_from || !copy.filename)
        return nullptr;
    return copy.is_program ? "COPY TO PROGRAM runs a program" : "COPY TO writes a file of the server";
}

// Whatever the run prepares or opens has the time of this client's statement, or a later one. prepare_time and
// creation_time are GetCurrentStatementStartTimestamp().
bool existed_before(TimestampTz since) { return since < GetCurrentStatementStartTimestamp(); }

// DEALLOCATE by name is executed: the body may need the name for itself.
const char *remark_on_deallocate(DeallocateStmt const &deallocate) {
    PreparedStatement const *const known = deallocate.name ? FetchPreparedStatement(deallocate.name, false) : nullptr;
    return known && existed_before(known->prepare_time)
               ? "the prepared statement was the caller's, and no rollback restores it"
               : nullptr;
}

const char *remark_on_close(ClosePortalStmt const &close) {
    Portal const known = close.portalname ? GetPortalByName(close.portalname) : nullptr;
    return PortalIsValid(known) && existed_before(known->creation_time)
               ? "the cursor was the caller's, and no rollback restores it"
               : nullptr;
}

} // namespace

const char *effect_of(std::string_view library, std::string_view symbol) noexcept {
    for (Function const &function : functions)
        if (library == function.library && matches(function.symbol, symbol))
            return function.effect;
    return nullptr;
}

const char *effect_of(Node const *statement) {
    switch (nodeTag(statement)) {
    case T_CopyStmt:
        return effect_of_copy(*reinterpret_cast<CopyStmt const *>(statement));
    // Harmless, but slow for everybody.
    case T_CheckPointStmt:
        return "CHECKPOINT writes all changed pages to disk";
    // Without a slot it can run in a transaction, but its worker is stopped and its origin dropped at once.
    case T_DropSubscriptionStmt:
        if (!OidIsValid(get_subscription_oid(reinterpret_cast<DropSubscriptionStmt const *>(statement)->subname, true)))
            return nullptr;
        return "DROP SUBSCRIPTION ends the worker and drops the progress of the subscription";
    case T_DeallocateStmt:
        return reinterpret_cast<DeallocateStmt const *>(statement)->name
                   ? nullptr
                   : "DEALLOCATE ALL drops the caller's prepared statements";
    case T_ClosePortalStmt:
        return reinterpret_cast<ClosePortalStmt const *>(statement)->portalname
                   ? nullptr
                   : "CLOSE ALL closes the caller's cursors";
    case T_DiscardStmt:
        return reinterpret_cast<DiscardStmt const *>(statement)->target == DISCARD_SEQUENCES
                   ? "DISCARD SEQUENCES discards the caller's currval() and lastval()"
                   : nullptr;
    default:
        return nullptr;
    }
}

const char *remark_on(Node const *statement) {
    switch (nodeTag(statement)) {
    case T_CopyStmt:
        return reinterpret_cast<CopyStmt const *>(statement)->is_program
                   ? "runs a program, whose side effects no rollback undoes"
                   : nullptr;
    case T_LoadStmt:
        return "the library stays loaded in the session";
    case T_DeallocateStmt:
        return remark_on_deallocate(*reinterpret_cast<DeallocateStmt const *>(statement));
    case T_ClosePortalStmt:
        return remark_on_close(*reinterpret_cast<ClosePortalStmt const *>(statement));
    default:
        return nullptr;
    }
}

bool sets_sequence(std::string_view library, std::string_view symbol) noexcept {
    return library.empty() && (symbol == "setval_oid" || symbol == "setval3_oid");
}

bool is_transactional_wrapper(std::string_view library) noexcept { return library == "postgres_fdw"; }

} // namespace mig::server::irreversible
