#include "server/db/owner.hpp"

#include "core/base/failure.hpp"
#include "server/db/misplaced.hpp"

extern "C" {
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server {

namespace {

// With pg_temp last, as the documentation of CREATE FUNCTION advises for SECURITY DEFINER: otherwise it would come
// first, and a temporary table of the caller's could take the place of another.
constexpr const char *safe_path = "pg_catalog, pg_temp";

// InvalidOid if there is no such relation.
Oid owner_of(Oid relation) {
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return InvalidOid;
    Oid const owner = (reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple)))->relowner;
    ReleaseSysCache(tuple);
    return owner;
}

// The owner of a table, not of the schema: CREATE EXTENSION may have found the schema there, owned by somebody else.
Oid required_owner() {
    Oid const extension = extension_schema();
    return pg::guarded([=] { return owner_of(get_relname_relid("history_entry", extension)); });
}

Oid required_owner_of(Oid relation) {
    Oid const owner = pg::call<owner_of>(relation);
    if (!OidIsValid(owner))
        throw Failure(sqlstate::undefined_table, "relation " + std::to_string(relation) + " does not exist any more");
    return owner;
}

struct Place {
    Oid schema;
    const char *missing; // the first table that is not there; null: all are
};

Place find_place() {
    Oid const found = get_namespace_oid("migrator", true);
    for (const char *const table : {"history_entry", "migration", "statement_entry"})
        if (!OidIsValid(found) || !OidIsValid(get_relname_relid(table, found)))
            return {found, table};
    return {found, nullptr};
}

} // namespace

// GUC_ACTION_SAVE, as the SET clause of a function has it: an abort restores it, and a commit does too
// (AtEOXact_GUC()).
SearchPath::SearchPath(const char *path)
    : guc_level_(pg::guarded([=] {
          int const level = NewGUCNestLevel();
          (void) set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
          return level;
      })) {}

SearchPath::~SearchPath() {
    pg::guarded_or_warn("migrator: search_path could not be restored", [this] { AtEOXact_GUC(false, guc_level_); });
}

// SECURITY_LOCAL_USERID_CHANGE is what SET ROLE and SET SESSION AUTHORIZATION check. The server itself restores both
// values when a transaction or subtransaction is aborted.
Identity::Identity(Oid user, Limits limits) : before_(InvalidOid), security_context_(0) {
    GetUserIdAndSecContext(&before_, &security_context_);
    SetUserIdAndSecContext(user, security_context_ | SECURITY_LOCAL_USERID_CHANGE |
                                     (limits == Limits::restricted ? SECURITY_RESTRICTED_OPERATION : 0));
}

Identity::~Identity() { SetUserIdAndSecContext(before_, security_context_); }

AsOwner::AsOwner() : owner_(required_owner()), path_(safe_path), identity_(owner_, Identity::Limits::role_stays) {}

AsOwnerOf::AsOwnerOf(Oid relation)
    : owner_(required_owner_of(relation)), path_(safe_path), identity_(owner_, Identity::Limits::restricted) {}

RoleFence::RoleFence() : identity_(GetUserId(), Identity::Limits::role_stays) {}

Oid extension_schema() {
    Place const place = pg::call<find_place>();
    if (place.missing)
        refuse_misplaced(place.missing);
    return place.schema;
}

std::string current_role() {
    const char *const name = pg::guarded([] { return GetUserNameFromId(GetUserId(), true); });
    return name ? name : "";
}

} // namespace mig::server
