#include "server/db/catalog_fence.hpp"

#include "server/db/owner.hpp"

extern "C" {
#include "access/transam.h"
#include "access/xlog.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

std::int64_t next_transaction_id() {
    // With the epoch, so that it never wraps around.
    return static_cast<std::int64_t>(pg::guarded([] { return ReadNextFullTransactionId().value; }));
}

std::string catalog_identity() {
    Oid const extension = extension_schema();
    // A restore into the same cluster gives the table another OID. CREATE DATABASE ... TEMPLATE keeps it, and keeps the
    // xmin of the catalog rows as well.
    Oid const table = pg::guarded([=] { return get_relname_relid("history_entry", extension); });
    std::uint64_t const system = pg::guarded([] { return GetSystemIdentifier(); });
    return std::to_string(system) + "/" + std::to_string(table);
}

} // namespace mig::server
