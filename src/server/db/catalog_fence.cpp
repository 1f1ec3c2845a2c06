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
        std::uint64_t next, system;
        Oid table; // a restored database has another, also in the same cluster; a copy by TEMPLATE has this one
    };
    Oid const place = schema();
    Numbers const found = pg::guarded([=] {
        return Numbers{ReadNextFullTransactionId().value, GetSystemIdentifier(),
                       get_relname_relid("history_entry", place)};
    });
    return {static_cast<std::int64_t>(found.next), std::to_string(found.system) + "/" + std::to_string(found.table)};
}

} // namespace mig::server
