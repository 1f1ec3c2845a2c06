#include "server/db/catalog_fence.hpp"

#include "server/db/owner.hpp"

extern "C" {
#include "access/transam.h"
#include "access/xlog.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

std::int64_t next_transaction_id() {
    return static_cast<std::int64_t>(pg::guarded([] { return ReadNextFullTransactionId().value; }));
}

std::string catalog_identity() {
    Oid const place = schema();
    // A restored database has another table, also in the same cluster; a copy by TEMPLATE has this one.
    Oid const table = pg::guarded([=] { return get_relname_relid("history_entry", place); });
    std::uint64_t const system = pg::guarded([] { return GetSystemIdentifier(); });
    return std::to_string(system) + "/" + std::to_string(table);
}

} // namespace mig::server
