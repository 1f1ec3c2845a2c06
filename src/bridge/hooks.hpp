// The server's hooks. Each is chained here and nowhere else, on behalf of all watchers: the call passes a boundary
// once, so that a watcher's functions are ordinary C++ that may throw, and the hooks of other libraries, or the server
// itself, are called from a frame without C++ objects. While no watcher is on, a hook costs no more than asking each.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "catalog/objectaccess.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "tcop/utility.h"
}

namespace mig::pg {

// The arguments of ProcessUtility().
struct Utility {
    PlannedStmt *plan;
    const char *sql;
    bool read_only_tree;
    ProcessUtilityContext context; // as it is passed on to the other hooks and the server
    ParamListInfo parameters;
    QueryEnvironment *environment;
    DestReceiver *receiver;
    QueryCompletion *completion;
    bool bypass_other_hooks; // call standard_ProcessUtility() directly

    Node *statement() const noexcept { return plan->utilityStmt; }
};

struct ObjectAccess {
    ObjectAccessType kind;
    Oid class_id, object;
    int sub_id;
};

// A null function watches nothing. All but on() may throw: the error ends the statement, and watchers later in the list
// are not called.
struct Watcher {
    bool (*on)() noexcept;       // asked before each call of those below
    void (*install)() = nullptr; // called once, before the hooks are chained

    void (*utility_begins)(Utility const &) = nullptr;
    // Called after utility_begins of all watchers, if none has refused the statement. It may change how the statement
    // is executed, or execute it in place of the server and return true.
    bool (*intercept_utility)(Utility &) = nullptr;
    void (*utility_ended)(Utility const &) = nullptr; // only without an error
    void (*object_accessed)(ObjectAccess const &) = nullptr;
    // The server logs that a session waits for a lock for longer than deadlock_timeout, has got it, or gives up
    // (log_lock_waits). Called in the middle of the wait: a watcher may send messages, and must not use catalogs.
    void (*lock_wait_logged)(ErrorData *) = nullptr;
    void (*planning_begins)(Query *, ParamListInfo) = nullptr; // called before planning
    void (*permission_check_begins)(List *needs) = nullptr;    // called before the check, with TablePermissions
    // needs_fmgr_hook: an FmgrInfo is set up. True: function_call_begins() is to be called for the function, which also
    // keeps it from being inlined.
    bool (*function_set_up)(Oid function) = nullptr;
    void (*function_call_begins)(Oid function) = nullptr; // called before each call of such a function
};

// Watchers are called in this order. Called once, from _PG_init(); the array must live as long as the library.
void install_hooks(Watcher const *const *watchers, std::size_t count);

template <std::size_t Count>
void install_hooks(Watcher const *const (&watchers)[Count]) {
    install_hooks(watchers, Count);
}

} // namespace mig::pg
