#include "server/store/loaders.hpp"

#include "server/db/owner.hpp"
#include "server/db/settings.hpp"

#include <algorithm>

extern "C" {
#include "access/attnum.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

Loaders::Loaders() : listed_(settings::trusted_loaders()) {
    everybody_ = std::find(listed_.begin(), listed_.end(), "*") != listed_.end();
}

Trust Loaders::trust(std::string_view role, LoadedFrom from) const {
    std::string const name(role);
    const char *const text = name.c_str();
    bool const superuser = pg::guarded([=] {
        Oid const oid = get_role_oid(text, true);
        return OidIsValid(oid) && superuser_arg(oid);
    });
    if (superuser && (!from.elsewhere || from.as_superuser))
        return Trust::superuser;
    if (from.elsewhere) // the names in the list are those of roles of this cluster
        return everybody_ ? Trust::listed : Trust::nobody;
    bool const is_listed = everybody_ || std::find(listed_.begin(), listed_.end(), name) != listed_.end();
    return is_listed ? Trust::listed : Trust::nobody;
}

std::string cluster_identifier() { return std::to_string(pg::call<GetSystemIdentifier>()); }

bool tables_have_origins() {
    Oid const place = extension_schema();
    return pg::guarded([=] {
        Oid const table = get_relname_relid("migration", place);
        return get_attnum(table, "loaded_in") != InvalidAttrNumber;
    });
}

} // namespace mig::server
