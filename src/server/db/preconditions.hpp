// What must hold before a call changes anything.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

// On a standby, and in a read-only transaction.
bool read_only();

// Failure read_only there.
void require_writable(const char *function);

// Failure invalid_transaction_state in REPEATABLE READ and SERIALIZABLE: their snapshot is older than the run lock,
// so that what another run has just applied would look pending.
void require_current_snapshots(const char *function);

// Failure insufficient_privilege unless the caller may read files of the server, as pg_read_file() asks.
void require_server_file_access();

} // namespace mig::server
