// The setval() calls of a query: of a sequence that a rehearsal has made itself they are rolled back, of others not.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/params.h"
#include "nodes/parsenodes.h"
}

namespace mig::server {

enum class SetSequences : unsigned char { none, own, lasting };

// What a query that is about to be planned sets. Own: made or replaced since `subtransaction` began. What cannot be told
// before it runs counts as lasting.
SetSequences sequences_set_by(Query *query, ParamListInfo parameters, SubTransactionId subtransaction);

} // namespace mig::server
