// The setval() calls of a query: on a sequence that the rehearsal itself has created they are rolled back, on others
// not.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/params.h"
#include "nodes/parsenodes.h"
}

namespace mig::server {

enum class SetSequences : unsigned char { none, own, lasting };

// Which sequences a query that is about to be planned sets. `own`: only ones that were created or replaced since
// `subtransaction` began. One that is not known before the query runs counts as lasting.
SetSequences sequences_set_by(Query *query, ParamListInfo parameters, SubTransactionId subtransaction);

} // namespace mig::server
