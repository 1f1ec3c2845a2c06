// The storage of a relation that is open, and whose it is.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "utils/rel.h"
}

namespace mig::pg {

// A rollback gives it the storage back that it had before: it is new, or the transaction has replaced it.
inline bool has_storage_of_transaction(Relation relation) {
#if PG_VERSION_NUM >= 160000
    SubTransactionId const replaced = relation->rd_firstRelfilelocatorSubid;
#else
    SubTransactionId const replaced = relation->rd_firstRelfilenodeSubid;
#endif
    return relation->rd_createSubid != InvalidSubTransactionId || replaced != InvalidSubTransactionId;
}

} // namespace mig::pg
