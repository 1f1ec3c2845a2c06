// Which sessions wait for this one at this moment.
#pragma once

#include "bridge/guard.hpp"

#include <string>
#include <vector>

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

struct WaitingSession {
    std::int32_t pid;
    Oid relation; // InvalidOid: it waits for this transaction to end, because of a row that this one has written
    LOCKMODE mode;
};

// Those that wait for a lock on any relation of this database, whoever holds it, and those that wait for this
// transaction.
std::vector<WaitingSession> waiting_sessions();

// `pid 1234 (app_user, psql)`
std::string describe_session(std::int32_t pid);

} // namespace mig::server
