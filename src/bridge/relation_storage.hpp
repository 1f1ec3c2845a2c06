// Which subtransaction created the storage of an open relation.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "utils/rel.h"
}

namespace mig::pg {

// Whether the relation has storage that was created since the subtransaction began, so that rolling it back would
// remove the relation or restore its previous storage.
inline bool has_new_storage_since(Relation relation, SubTransactionId subtransaction) {
#if PG_VERSION_NUM >= 160000
    SubTransactionId const first = relation->rd_firstRelfilelocatorSubid, last = relation->rd_newRelfilelocatorSubid;
#else
    SubTransactionId const first = relation->rd_firstRelfilenodeSubid, last = relation->rd_newRelfilenodeSubid;
#endif
    // The newest one; where the server has forgotten it (see rel.h), the first, which may be older.
    SubTransactionId const known = last != InvalidSubTransactionId ? last : first;
    return relation->rd_createSubid >= subtransaction || known >= subtransaction;
}

} // namespace mig::pg
