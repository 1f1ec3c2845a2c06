#include "server/caller_session.hpp"

#include "server/owner.hpp"
#include "server/query.hpp"
#include "server/scratch_memory.hpp"

#include <algorithm>

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "commands/prepare.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"
}

namespace mig::server {

namespace {

constexpr const char *prepared_sql = "SELECT name FROM pg_prepared_statements";
constexpr const char *cursors_sql = "SELECT name FROM pg_cursors";

std::vector<std::string> names(const char *sql) {
    AsOwner const owner;
    Rows const rows = query(sql, {}, Access::fresh);
    std::vector<std::string> result;
    for (std::size_t i = 0; i < rows.size(); ++i)
        result.emplace_back(rows.text(i, 0));
    return result;
}

std::vector<std::string> added(const char *sql, std::vector<std::string> const &before) {
    std::vector<std::string> now = names(sql);
    now.erase(std::remove_if(now.begin(), now.end(),
                             [&](std::string const &name) {
                                 return std::find(before.begin(), before.end(), name) != before.end();
                             }),
              now.end());
    return now;
}

void close_cursor(const char *name) {
    Portal const portal = GetPortalByName(name);
    if (PortalIsValid(portal) && portal->portalPinned == false && portal->status != PORTAL_ACTIVE)
        PortalDrop(portal, false);
}

struct Objects {
    ObjectAddress *addresses;
    int count;
};

// Everything that depends on the session's temporary schema, in CurrentMemoryContext.
Objects objects_of(Oid temp_schema) {
    Objects found{nullptr, 0};
    int room = 0;
    Relation const depend = table_open(DependRelationId, AccessShareLock);
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(NamespaceRelationId));
    ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(temp_schema));
    SysScanDesc const scan = systable_beginscan(depend, DependReferenceIndexId, true, nullptr, 2, keys);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        auto const *row = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
        if (found.count == room) {
            room = room == 0 ? 16 : 2 * room;
            Size const size = sizeof(ObjectAddress) * static_cast<Size>(room);
            found.addresses =
                static_cast<ObjectAddress *>(found.addresses ? repalloc(found.addresses, size) : palloc(size));
        }
        ObjectAddressSubSet(found.addresses[found.count], row->classid, row->objid, row->objsubid);
        ++found.count;
    }
    systable_endscan(scan);
    table_close(depend, AccessShareLock);
    return found;
}

// InvalidOid while the session has made no temporary object.
Oid temp_schema() {
    return pg::guarded([] { return LookupExplicitNamespace("pg_temp", true); });
}

std::vector<ObjectAddress> temporary_objects() {
    Oid const temporary = temp_schema();
    if (!OidIsValid(temporary))
        return {};
    ScratchMemory const scratch("migrator temporary objects");
    Objects const found = scratch.run([=] { return objects_of(temporary); });
    return {found.addresses, found.addresses + found.count};
}

bool same(ObjectAddress const &a, ObjectAddress const &b) {
    return a.classId == b.classId && a.objectId == b.objectId && a.objectSubId == b.objectSubId;
}

void drop(ObjectAddress const *objects, int count) {
    ObjectAddresses *const list = new_object_addresses();
    for (int i = 0; i < count; ++i)
        add_exact_object_address(&objects[i], list);
    // As the server does it at the end of a session. Between transactions of ours no snapshot is active.
    PushActiveSnapshot(GetTransactionSnapshot());
    performMultipleDeletions(list, DROP_CASCADE,
                             PERFORM_DELETION_INTERNAL | PERFORM_DELETION_QUIETLY | PERFORM_DELETION_SKIP_EXTENSIONS);
    PopActiveSnapshot();
    free_object_addresses(list);
    CommandCounterIncrement();
}

void drop_added_temporaries(std::vector<ObjectAddress> const &before) {
    std::vector<ObjectAddress> now = temporary_objects();
    now.erase(std::remove_if(now.begin(), now.end(),
                             [&](ObjectAddress const &object) {
                                 return std::any_of(before.begin(), before.end(),
                                                    [&](ObjectAddress const &known) { return same(known, object); });
                             }),
              now.end());
    if (now.empty())
        return;
    ScratchMemory const scratch("migrator dropping temporary objects");
    ObjectAddress const *const objects = now.data();
    int const count = static_cast<int>(now.size());
    scratch.run([=] { drop(objects, count); });
}

} // namespace

CallerSession::CallerSession()
    : prepared_(names(prepared_sql)), cursors_(names(cursors_sql)), temporary_(temporary_objects()),
      locks_(session_locks()) {}

void CallerSession::clean_up(session_watch::Seen const &seen) {
    if (seen.cursor)
        for (std::string const &name : added(cursors_sql, cursors_)) {
            const char *const cursor = name.c_str();
            pg::call<close_cursor>(cursor);
        }
    if (seen.prepared_statement)
        for (std::string const &name : added(prepared_sql, prepared_)) {
            const char *const statement = name.c_str();
            pg::call<DropPreparedStatement>(statement, false);
        }
    drop_added_temporaries(temporary_);
    if (seen.advisory_lock || session_watch::advisory_lock_ever())
        release_locks_beyond(locks_);
}

SettingsScope::SettingsScope() : level_(pg::call<NewGUCNestLevel>()) {}

void SettingsScope::restore() {
    int const level = level_;
    pg::guarded([=] { AtEOXact_GUC(false, level); });
}

} // namespace mig::server
