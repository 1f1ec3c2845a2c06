// The storage of a relation that is open, and whose it is.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "utils/rel.h"
}

namespace mig::pg {

// A rollback of that subtransaction gives it the storage back that it had before: it is new, or has been replaced.
inline bool has_storage_since(Relation relation, SubTransactionId subtransaction) {
#if PG_VERSION_NUM >= 160000
    SubTransactionId const first = relation->rd_firstRelfilelocatorSubid, last = relation->rd_newRelfilelocatorSubid;
#else
    SubTransactionId const first = relation->rd_firstRelfilenodeSubid, last = relation->rd_newRelfilenodeSubid;
#endif
    SubTransactionId const known = last != InvalidSubTransactionId ? last : first; // the server may have forgotten it
    return relation->rd_createSubid >= subtransaction || known >= subtransaction;
}

} // namespace mig::pg
