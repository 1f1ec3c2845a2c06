#include "server/watch/object_watch.hpp"

#include "bridge/guard.hpp"
#include "server/parse/alteration.hpp"
#include "server/parse/rights.hpp"
#include "server/watch/event_rows.hpp"

#include <algorithm>
#include <cstring>
#include <set>

extern "C" {
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/objectaccess.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
}

namespace mig::server::object_watch {

namespace {

// By subtransaction, because the server tells the triggers nothing of a rollback: a block with EXCEPTION can undo what
// they have seen.
struct Seen {
    SubTransactionId transaction; // in which it happened, or that has taken it over
    TouchedObject object;
};

// Globals, because event triggers carry no private data. Pointers, because a library must have no static object with
// a destructor.
std::vector<Seen> *seen = nullptr;
std::set<std::pair<Oid, Oid>> *members = nullptr; // of extensions, dropped by the current statement: (class, object)
std::vector<Changed> *changed = nullptr;

const char *text(const char *value) { return value ? value : ""; }

void note(TouchedObject::How how, const char *type, const char *identity, Alteration const &alteration) {
    seen->push_back({GetCurrentSubTransactionId(),
                     {how, text(type), text(identity), alteration.part, alteration.what, alteration.old_name}});
}

// By the command tag, because the collected command is of the same type (SCT_Simple) for CREATE and ALTER. CREATE OR
// REPLACE counts as CREATE: no event tells whether there was something before. For what IF NOT EXISTS found there is no
// row, since pg_event_trigger_ddl_commands() skips those without an OID.
bool creates(const char *tag) {
    return std::strncmp(tag, "CREATE ", 7) == 0 || std::strcmp(tag, "SELECT INTO") == 0 ||
           std::strcmp(tag, "IMPORT FOREIGN SCHEMA") == 0;
}

struct Described {
    const char *type, *identity;
};

// Null if it is gone (missing_ok): one command can create and drop the same object.
Described describe(Oid class_id, Oid object) {
    return pg::guarded([=]() -> Described {
        ObjectAddress const address{class_id, object, 0};
        return {getObjectTypeDescription(&address, true), getObjectIdentity(&address, true)};
    });
}

Oid class_of(ObjectType type) {
    switch (type) {
    case OBJECT_TABLE:
    case OBJECT_SEQUENCE:
        return RelationRelationId;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
        return ProcedureRelationId;
    case OBJECT_SCHEMA:
        return NamespaceRelationId;
    case OBJECT_TYPE:
    case OBJECT_DOMAIN:
        return TypeRelationId;
    default:
        return InvalidOid;
    }
}

// The row of a GRANT names no object (pg_event_trigger_ddl_commands() leaves it null); the collected command does. Its
// objects are OIDs: ALL TABLES IN SCHEMA has been resolved by then, in ExecuteGrantStmt().
void see_grant(InternalGrant const &grant) {
    Oid const class_id = class_of(grant.objtype);
    for (int i = 0; OidIsValid(class_id) && i < list_length(grant.objects); ++i) {
        Described const described = describe(class_id, list_nth_oid(grant.objects, i));
        for (int j = 0; described.identity && j < list_length(grant.grantees); ++j) {
            Oid const role = list_nth_oid(grant.grantees, j);
            const char *const part = pg::guarded([&] { return rights_of(grant, role); });
            note(TouchedObject::How::altered, described.type, described.identity,
                 {grant.is_grant ? "GRANT" : "REVOKE", part, ""});
        }
    }
}

// One row for the whole statement, however many subcommands it has: the rows come from commandList, and the subcommands
// hang on the command.
void see_subcommands(CollectedRow const &row) {
    List const *const subcommands = row.command->d.alterTable.subcmds;
    changed->push_back({row.class_id, row.object}); // for what its new foreign keys, defaults and checks depend on
    for (int i = 0; i < list_length(subcommands); ++i) {
        auto const *const subcommand = static_cast<CollectedATSubcmd const *>(list_nth(subcommands, i));
        Alteration const alteration = pg::guarded([=] { return alteration_of(*subcommand); });
        List const *const options = pg::guarded([=] { return options_of(*subcommand); });
        for (int j = 0; j < list_length(options); ++j)
            note(TouchedObject::How::altered, row.type, row.identity,
                 {alteration.what, static_cast<const char *>(list_nth(options, j)), ""});
        if (options == NIL && *alteration.what)
            note(TouchedObject::How::altered, row.type, row.identity, alteration);
    }
}

void see(CollectedRow const &row) {
    // For temporary objects pg_event_trigger_ddl_commands() returns the schema as pg_temp, whatever its number.
    if (row.in_extension || (row.schema && std::strcmp(row.schema, "pg_temp") == 0))
        return;
    if (row.command->type == SCT_Grant)
        return see_grant(*row.command->d.grant.istmt);
    if (!row.identity)
        return; // ALTER DEFAULT PRIVILEGES
    if (row.command->type == SCT_AlterTable)
        return see_subcommands(row);
    CollectedCommand const *const command = row.command;
    Alteration const alteration = pg::guarded([=] { return alteration_of(*command); });
    // The row of RENAME COLUMN and the like is that of the column: the relation's type and identity are wanted.
    if (renames_part(*row.command) && row.class_id == RelationRelationId) {
        Described const relation = describe(row.class_id, row.object);
        return note(TouchedObject::How::altered, relation.type, relation.identity, alteration);
    }
    if (creates(row.tag))
        changed->push_back({row.class_id, row.object});
    note(creates(row.tag) ? TouchedObject::How::created : TouchedObject::How::altered, row.type, row.identity,
         alteration);
}

// Created by the server for its own use, and dropped with the object that it served. findDependentObjects() reaches
// these by DEPENDENCY_INTERNAL or AUTO; `original` is only what the statement names, `normal` what CASCADE is needed
// for.
bool is_internal(DroppedRow const &row) {
    if (row.original)
        return false;
    if (row.schema && std::strncmp(row.schema, "pg_toast", 8) == 0)
        return true;
    switch (row.class_id) {
    case AttrDefaultRelationId:
        return true;
    // The rule that makes a relation a view always has this name (DefineQueryRewrite() demands it).
    case RewriteRelationId:
        return std::strncmp(text(row.identity), "\"_RETURN\"", 9) == 0;
    case TypeRelationId: // a relation's row type, or an array type
        return !row.normal;
    // CreateTrigger() appends the OID to the names of these.
    default:
        return std::strncmp(text(row.identity), "\"RI_ConstraintTrigger_", 22) == 0;
    }
}

// Called before the drop: afterwards nothing shows that the object belonged to an extension. deleteOneObject() calls
// the hook before it deletes the object and its rows of pg_depend; the event sql_drop comes at the end of the command.
void note_member(Oid class_id, Oid object) {
    if (OidIsValid(pg::call<getExtensionOfObject>(class_id, object)))
        members->insert({class_id, object});
}

// While an extension is created or updated, whatever it drops is its own affair: see_drops() ignores all of it.
void on_access(pg::ObjectAccess const &access) {
    if (access.kind == OAT_DROP && access.sub_id == 0 && !creating_extension)
        note_member(access.class_id, access.object);
}

bool is_member(DroppedRow const &row) { return members->count({row.class_id, row.object}) > 0; }

void forget_all() {
    if (!seen)
        return;
    seen->clear();
    members->clear();
}

void on_transaction(XactEvent event, void *) {
    if (event == XACT_EVENT_ABORT)
        forget_all();
}

void on_subtransaction(SubXactEvent event, SubTransactionId own, SubTransactionId parent, void *) {
    if (!seen)
        return;
    // What it has seen, or has taken over from its own subtransactions, is at the end of the list.
    // CallSubXactCallbacks() passes both IDs; those of subtransactions that end later are at the end, because they
    // nest.
    auto const is_own = [=](Seen const &entry) { return entry.transaction == own; };
    if (event == SUBXACT_EVENT_ABORT_SUB)
        while (!seen->empty() && is_own(seen->back()))
            seen->pop_back();
    else if (event == SUBXACT_EVENT_COMMIT_SUB)
        for (auto entry = seen->rbegin(); entry != seen->rend() && is_own(*entry); ++entry)
            entry->transaction = parent;
}

void install() {
    pg::guarded([] {
        RegisterXactCallback(on_transaction, nullptr);
        RegisterSubXactCallback(on_subtransaction, nullptr);
    });
}

} // namespace

void start() {
    if (changed)
        changed->clear();
    if (!members)
        members = new std::set<std::pair<Oid, Oid>>;
    if (!changed)
        changed = new std::vector<Changed>;
    if (!seen)
        seen = new std::vector<Seen>;
    forget_all();
}

void stop() noexcept {
    delete std::exchange(seen, nullptr);
    delete std::exchange(members, nullptr);
    delete std::exchange(changed, nullptr);
}

bool on() noexcept { return seen != nullptr; }

std::vector<TouchedObject> take_touched() {
    std::vector<TouchedObject> objects;
    if (!seen)
        return objects;
    objects.reserve(seen->size());
    for (Seen &entry : *seen)
        objects.push_back(std::move(entry.object));
    forget_all();
    return objects;
}

// Unlike `seen`, not by subtransaction: what was rolled back is in no catalog, and use_watch looks these up there.
std::vector<Changed> take_changed() { return changed ? std::exchange(*changed, {}) : std::vector<Changed>(); }

// In the event ddl_command_end. Nothing is collected inside of REFRESH MATERIALIZED VIEW
// (EventTriggerInhibitCommandCollection()): what it creates and drops is its transient table.
void see_commands() {
    for (CollectedRow const &row : collected_commands())
        see(row);
}

// In the event sql_drop, which comes before ddl_command_end; ALTER TABLE ... DROP fires it too. Columns are in it as
// well, as objects with a sub_id.
void see_drops() {
    if (creating_extension)
        return;
    for (DroppedRow const &row : dropped_objects())
        if (!row.temporary && !is_internal(row) && !is_member(row))
            note(TouchedObject::How::dropped, row.type, row.identity, {row.original ? "" : "cascade", "", ""});
    members->clear();
}

pg::Watcher const watcher{.on = on, .install = install, .object_accessed = on_access};

} // namespace mig::server::object_watch
