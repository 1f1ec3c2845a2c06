#include "server/session/session_watch.hpp"

#include <strings.h>

extern "C" {
#include "access/transam.h"
#include "nodes/parsenodes.h"
#include "utils/fmgroids.h"
}

namespace mig::server::session_watch {

// Globals, because hooks carry no private data.
namespace {

Seen flags;
bool advisory_lock_seen = false;

bool may_make_deferrable(const char *sql) {
    // A partition or a LIKE copies its parent's constraints.
    return strcasestr(sql, "deferr") || strcasestr(sql, "partition") || strcasestr(sql, "like");
}

void on_utility(pg::Utility const &utility) {
    switch (nodeTag(utility.statement())) {
    case T_PrepareStmt:
        flags.prepared_statement = true;
        break;
    case T_DeclareCursorStmt:
    case T_DoStmt: // which may OPEN a cursor
    case T_CallStmt:
        flags.cursor = true;
        break;
    case T_ConstraintsSetStmt:
        flags.constraint_timing = true;
        break;
    case T_CreateStmt:
    case T_AlterTableStmt:
    case T_CreateTrigStmt:
    case T_CreateForeignTableStmt:
        flags.constraint_timing = flags.constraint_timing || may_make_deferrable(utility.sql);
        break;
    default:
        break;
    }
}

// Not the _xact_ variants, whose locks end with the transaction.
bool takes_session_lock(Oid function) {
    switch (function) {
    case F_PG_ADVISORY_LOCK_INT8:
    case F_PG_ADVISORY_LOCK_SHARED_INT8:
    case F_PG_TRY_ADVISORY_LOCK_INT8:
    case F_PG_TRY_ADVISORY_LOCK_SHARED_INT8:
    case F_PG_ADVISORY_LOCK_INT4_INT4:
    case F_PG_ADVISORY_LOCK_SHARED_INT4_INT4:
    case F_PG_TRY_ADVISORY_LOCK_INT4_INT4:
    case F_PG_TRY_ADVISORY_LOCK_SHARED_INT4_INT4:
        return true;
    default:
        return false;
    }
}

void on_access(pg::ObjectAccess const &access) {
    if (access.kind != OAT_FUNCTION_EXECUTE)
        return;
    if (takes_session_lock(access.object))
        flags.advisory_lock = advisory_lock_seen = true;
    flags.cursor = flags.cursor || access.object >= FirstNormalObjectId; // it may be PL/pgSQL
}

// Also without a run: what the session did before, a run may do again unnoticed. See advisory_lock_ever().
bool always() noexcept { return true; }

} // namespace

pg::Watcher const watcher{.on = always, .utility_begins = on_utility, .object_accessed = on_access};

Seen seen() noexcept { return flags; }

void forget() noexcept { flags = {}; }
void forget_constraint_timing() noexcept { flags.constraint_timing = false; }

bool advisory_lock_ever() noexcept { return advisory_lock_seen; }

} // namespace mig::server::session_watch
