// Before a run executes anything: whether what it would run is in conflict.
#pragma once

#include "server/prepare/prepare.hpp"

namespace mig::server {

// With migrator.on_conflict = error, rehearses the run, undoes it, and throws a Failure (MG016) if two of its
// migrations are in conflict. Otherwise does nothing, as it does for a rollback. In a transaction, under the run lock.
void check_conflicts(PreparedRun const &run);

} // namespace mig::server
