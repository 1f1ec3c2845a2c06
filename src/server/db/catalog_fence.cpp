#include "server/db/catalog_fence.hpp"

#include "server/db/owner.hpp"

extern "C" {
#include "access/transam.h"
#include "access/xlog.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

CatalogFence catalog_fence() {
    struct Numbers {
        std::uint64_t next, system; // next: with the epoch, so that it never wraps around
        // A restore into the same cluster gives the table another OID. CREATE DATABASE ... TEMPLATE keeps it, and keeps
        // the xmin of the catalog rows as well.
        Oid table;
    };
    Oid const extension = extension_schema();
    Numbers const found = pg::guarded([=] {
        return Numbers{ReadNextFullTransactionId().value, GetSystemIdentifier(),
                       get_relname_relid("history_entry", extension)};
    });
    return {static_cast<std::int64_t>(found.next), std::to_string(found.system) + "/" + std::to_string(found.table)};
}

} // namespace mig::server
