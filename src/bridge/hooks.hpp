// The server's hooks. Each is chained here and nowhere else, for all who watch: what the server calls passes a boundary
// once, so that a watcher's functions are ordinary C++ that may throw, and the other libraries' hooks, or the server
// itself, are called from a frame without C++ objects. While no watcher is on, a hook asks each whether it is, and no
// more.
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

// What ProcessUtility() is called with.
struct Utility {
    PlannedStmt *plan;
    const char *sql;
    bool read_only_tree;
    ProcessUtilityContext context; // for the other hooks and the server
    ParamListInfo parameters;
    QueryEnvironment *environment;
    DestReceiver *receiver;
    QueryCompletion *completion;
    bool around_other_hooks; // from here to the server itself

    Node *statement() const noexcept { return plan->utilityStmt; }
};

struct ObjectAccess {
    ObjectAccessType kind;
    Oid class_id, object;
    int sub_id;
};

// What is null is not watched. All but on() may throw; what they raise ends the statement, and those that come later in
// the list are not told of it.
struct Watcher {
    bool (*on)() noexcept;       // asked each time before it is told anything
    void (*install)() = nullptr; // once, before the hooks are chained

    void (*utility_begins)(Utility const &) = nullptr;
    // When all have been told that it begins, and no one has refused it. It may say how the statement goes on, or have
    // done what the server would do: true.
    bool (*utility_routed)(Utility &) = nullptr;
    void (*utility_ended)(Utility const &) = nullptr; // without an error
    void (*object_accessed)(ObjectAccess const &) = nullptr;
    void (*query_planned)(Query *, ParamListInfo) = nullptr; // is about to be
    void (*permissions_checked)(List *needs) = nullptr;      // are about to be: TableNeeds
    // A function gets its FmgrInfo. True: it must be called through function_called(), and be inlined nowhere.
    bool (*function_set_up)(Oid function) = nullptr;
    void (*function_called)(Oid function) = nullptr; // is about to be, of those that are called so
};

// In the order in which they are told, and for as long as the library is loaded. From _PG_init(), once.
void install_hooks(Watcher const *const *watchers, std::size_t count);

template <std::size_t Count>
void install_hooks(Watcher const *const (&watchers)[Count]) {
    install_hooks(watchers, Count);
}

} // namespace mig::pg
