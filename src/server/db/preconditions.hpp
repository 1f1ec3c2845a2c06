// Checks before a call changes anything.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

// True on a standby and in a read-only transaction.
bool read_only();

// Failure read_only in these cases.
void require_writable(const char *function);

// Failure invalid_transaction_state in REPEATABLE READ and SERIALIZABLE. Their snapshot was taken before the run lock,
// so what another run has just applied would look pending.
void require_current_snapshots(const char *function);

// Failure insufficient_privilege unless the caller may read files of the server, by the same role as for
// pg_read_file().
void require_server_file_access();

} // namespace mig::server
