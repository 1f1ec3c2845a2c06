#include "server/session/caller_session.hpp"

#include "bridge/pod_list.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/scratch_memory.hpp"

#include <algorithm>
#include <set>
#include <tuple>

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

// Those prepared in the client's current statement: by the run, since stamp_older() has made the caller's own older.
// StorePreparedStatement() takes the time from GetCurrentStatementStartTimestamp(), which is also what
// statement_timestamp() returns.
constexpr const char *new_prepared_sql =
    "SELECT name FROM pg_prepared_statements WHERE prepare_time = statement_timestamp()";
// pg_cursors leaves out portals that are not `visible`: the call itself, and the statements of the run.
constexpr const char *cursors_sql = "SELECT name FROM pg_cursors";
constexpr const char *held_sql = "SELECT name, creation_time FROM pg_cursors WHERE is_holdable";
struct HeldColumn {
    enum : int { name, creation_time };
};

// AsOwner, because a body may have changed search_path, or revoked the right to read these views.
std::vector<std::string> names(const char *sql) {
    AsOwner const owner;
    Rows const rows = query(sql, {}, Access::fresh);
    std::vector<std::string> result;
    for (std::size_t i = 0; i < rows.size(); ++i)
        result.emplace_back(rows.text(i, Rows::only_column));
    return result;
}

// A body can replace one of the caller's statements by its own, under the same name and at the same address. Only the
// time distinguishes them: the body's own have the start of the client's statement. The caller's are older, unless
// they were prepared in the same message of the client: those are made older, by the smallest possible step.
void stamp_older(const char *name) { FetchPreparedStatement(name, true)->prepare_time -= 1; }

void stamp_older_prepared_statements() {
    for (std::string const &name : names(new_prepared_sql)) {
        const char *const text = name.c_str();
        pg::call<stamp_older>(text);
    }
}

void drop_prepared_statements() {
    for (std::string const &name : names(new_prepared_sql)) {
        const char *const text = name.c_str();
        pg::call<DropPreparedStatement>(text, false);
    }
}

std::unordered_map<std::string, TimestampTz> held_cursors() {
    AsOwner const owner;
    Rows const rows = query(held_sql, {}, Access::fresh);
    std::unordered_map<std::string, TimestampTz> result;
    for (std::size_t i = 0; i < rows.size(); ++i)
        result.emplace(rows.text(i, HeldColumn::name), rows.bigint(i, HeldColumn::creation_time));
    return result;
}

// Whether it was opened in the run, whatever its name. A cursor that has outlived its transaction has lost its
// subtransaction. The call is then one that commits, which is a message of its own, so that the time decides.
// HoldPortal() clears createSubid at the commit; AtSubCommit_Portals() hands it to the parent, so that within a
// transaction it never falls below that of the run.
bool is_new(Portal portal, SubTransactionId begun_in, TimestampTz held_since) {
    return portal->createSubid != InvalidSubTransactionId ? portal->createSubid >= begun_in
                                                          : portal->creation_time != held_since;
}

// A pinned or active portal belongs to code that is running (a loop over a cursor, the call itself). PortalDrop()
// raises an ERROR for either.
void close_if_new(const char *name, SubTransactionId begun_in, TimestampTz held_since) {
    Portal const portal = GetPortalByName(name);
    if (PortalIsValid(portal) && !portal->portalPinned && portal->status != PORTAL_ACTIVE &&
        is_new(portal, begun_in, held_since))
        PortalDrop(portal, false);
}

// Everything that depends on the session's temporary schema, in CurrentMemoryContext. By pg_depend and not by kind of
// object, as RemoveTempRelations() finds them: tables, views, sequences, functions, types and whatever else can be in a
// schema. TOAST tables, in a schema of their own, go with their tables.
pg::PodList<ObjectAddress> objects_of(Oid temp_schema) {
    pg::PodList<ObjectAddress> found{};
    Relation const depend = table_open(DependRelationId, AccessShareLock);
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(NamespaceRelationId));
    ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(temp_schema));
    SysScanDesc const scan = systable_beginscan(depend, DependReferenceIndexId, true, nullptr, 2, keys);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        auto const *row = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
        found.add({row->classid, row->objid, row->objsubid});
    }
    systable_endscan(scan);
    table_close(depend, AccessShareLock);
    return found;
}

// InvalidOid while the session has made no temporary object. LookupExplicitNamespace() returns myTempNamespace for this
// name, and makes none.
Oid temp_schema() {
    return pg::guarded([] { return LookupExplicitNamespace("pg_temp", true); });
}

std::vector<ObjectAddress> temporary_objects() {
    Oid const temporary = temp_schema();
    if (!OidIsValid(temporary))
        return {};
    ScratchMemory const scratch("migrator temporary objects");
    auto const found = scratch.run([=] { return objects_of(temporary); });
    return {found.begin(), found.end()};
}

auto parts(ObjectAddress const &object) { return std::tuple(object.classId, object.objectId, object.objectSubId); }

// No event trigger sees it (PERFORM_DELETION_INTERNAL), and an extension that has one of these as a member stays
// (SKIP_EXTENSIONS).
void drop(ObjectAddress const *objects, int count) {
    ObjectAddresses *const list = new_object_addresses();
    for (int i = 0; i < count; ++i)
        add_exact_object_address(&objects[i], list);
    // As the server does at the end of a session, RemoveTempRelationsCallback(). Outside of a statement no snapshot is
    // active.
    PushActiveSnapshot(GetTransactionSnapshot());
    performMultipleDeletions(list, DROP_CASCADE,
                             PERFORM_DELETION_INTERNAL | PERFORM_DELETION_QUIETLY | PERFORM_DELETION_SKIP_EXTENSIONS);
    PopActiveSnapshot();
    free_object_addresses(list);
    CommandCounterIncrement();
}

void drop_added_temporaries(std::vector<ObjectAddress> const &before) {
    std::vector<ObjectAddress> now = temporary_objects();
    std::set<decltype(parts({}))> known;
    for (ObjectAddress const &object : before)
        known.insert(parts(object));
    now.erase(std::remove_if(now.begin(), now.end(),
                             [&](ObjectAddress const &object) { return known.count(parts(object)) != 0; }),
              now.end());
    if (now.empty())
        return;
    ScratchMemory const scratch("migrator dropping temporary objects");
    ObjectAddress const *const objects = now.data();
    int const count = static_cast<int>(now.size());
    scratch.run([=] { drop(objects, count); });
}

} // namespace

// begun_in_ is the subtransaction of the call: IDs only grow within a transaction, so what is opened from now on has
// this one or a higher one.
CallerSession::CallerSession()
    : held_(held_cursors()), begun_in_(GetCurrentSubTransactionId()), temporary_(temporary_objects()),
      locks_(session_locks()) {
    stamp_older_prepared_statements();
}

void CallerSession::close_cursors() const {
    for (std::string const &name : names(cursors_sql)) {
        const char *const cursor = name.c_str();
        auto const held = held_.find(name);
        pg::call<close_if_new>(cursor, begun_in_, held == held_.end() ? TimestampTz{0} : held->second);
    }
}

// Cursors first: an open one on a temporary table would make its DROP fail (CheckTableNotInUse()).
void CallerSession::clean_up(session_watch::Seen const &seen) {
    if (seen.cursor)
        close_cursors();
    if (seen.prepared_statement)
        drop_prepared_statements();
    drop_added_temporaries(temporary_);
    if (seen.advisory_lock || session_watch::advisory_lock_ever())
        release_locks_beyond(locks_);
}

SettingsScope::SettingsScope() : level_(pg::call<NewGUCNestLevel>()) {}

void SettingsScope::restore() {
    int const level = level_;
    pg::guarded([=] {
        // The isolation level is fixed by now, and must stay: the server reads it until the transaction ends.
        int const isolation = XactIsoLevel;
        AtEOXact_GUC(false, level);
        XactIsoLevel = isolation;
    });
}

} // namespace mig::server
