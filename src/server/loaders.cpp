#include "server/loaders.hpp"

#include "server/settings.hpp"

#include <algorithm>

extern "C" {
#include "utils/acl.h"
}

namespace mig::server {

Loaders::Loaders() : listed_(settings::trusted_loaders()) {
    everybody_ = std::find(listed_.begin(), listed_.end(), "*") != listed_.end();
}

Trust Loaders::trust(std::string_view role) const {
    std::string const name(role);
    const char *const text = name.c_str();
    bool const superuser = pg::guarded([=] {
        Oid const oid = get_role_oid(text, true);
        return OidIsValid(oid) && superuser_arg(oid);
    });
    if (superuser)
        return Trust::superuser;
    bool const is_listed = everybody_ || std::find(listed_.begin(), listed_.end(), name) != listed_.end();
    return is_listed ? Trust::listed : Trust::nobody;
}

} // namespace mig::server
