// What a GRANT or REVOKE gives or takes, in words.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "tcop/deparse_utility.h"
#include "utils/aclchk_internal.h"
}

namespace mig::server {

// `SELECT, UPDATE (a) TO app`, with FROM for a REVOKE; `role` is one of its grantees. In CurrentMemoryContext. For
// guarded frames. src/core/conflict/effects.cpp reads this form.
const char *rights_of(InternalGrant const &grant, Oid role);

} // namespace mig::server
