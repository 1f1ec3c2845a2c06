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

constexpr const char *safe_path = "pg_catalog, pg_temp";

// InvalidOid: there is no such relation.
Oid owner_of(Oid relation) {
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return InvalidOid;
    Oid const owner = (reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple)))->relowner;
    ReleaseSysCache(tuple);
    return owner;
}

// Of a table that the extension made: the schema may have been there before, and be another's.
Oid required_owner() {
    Oid const place = schema();
    return pg::guarded([=] { return owner_of(get_relname_relid("history_entry", place)); });
}

struct Place {
    Oid schema;
    const char *missing; // a table that is not there
};

Place find_place() {
    Oid const found = get_namespace_oid("migrator", true);
    for (const char *const table : {"history_entry", "migration", "statement_entry"})
        if (!OidIsValid(found) || !OidIsValid(get_relname_relid(table, found)))
            return {found, table};
    return {found, nullptr};
}

} // namespace

SearchPath::SearchPath(const char *path)
    : guc_level_(pg::guarded([=] {
          int const level = NewGUCNestLevel();
          (void) set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
          return level;
      })) {}

SearchPath::~SearchPath() {
    pg::guarded_or_warn("migrator: search_path could not be restored", [this] { AtEOXact_GUC(false, guc_level_); });
}

AsOwner::AsOwner() : user_(InvalidOid), owner_(required_owner()), security_context_(0), path_(safe_path) {
    GetUserIdAndSecContext(&user_, &security_context_);
    SetUserIdAndSecContext(owner_, security_context_ | SECURITY_LOCAL_USERID_CHANGE);
}

AsOwner::~AsOwner() { SetUserIdAndSecContext(user_, security_context_); }

AsOwnerOf::AsOwnerOf(Oid relation)
    : user_(InvalidOid), owner_(pg::call<owner_of>(relation)), security_context_(0), path_(safe_path) {
    if (!OidIsValid(owner_))
        throw Failure(sqlstate::undefined_table, "relation " + std::to_string(relation) + " does not exist any more");
    GetUserIdAndSecContext(&user_, &security_context_);
    SetUserIdAndSecContext(owner_, security_context_ | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
}

AsOwnerOf::~AsOwnerOf() { SetUserIdAndSecContext(user_, security_context_); }

RoleFence::RoleFence() : user_(InvalidOid), security_context_(0) {
    GetUserIdAndSecContext(&user_, &security_context_);
    SetUserIdAndSecContext(user_, security_context_ | SECURITY_LOCAL_USERID_CHANGE);
}

RoleFence::~RoleFence() { SetUserIdAndSecContext(user_, security_context_); }

Oid schema() {
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
