// The locks that a statement takes on relations that exist before the migration, as measured in pg_locks.
#pragma once

#include "lint/world/world.hpp"

extern "C" {
#include "storage/lockdefs.h"
}

namespace mig::server::lint {

struct StatementLock {
    Table *relation;
    LOCKMODE mode;
};

// The lock that an ALTER TABLE subcommand needs on the altered table itself.
LOCKMODE lock_of(AlterTableCmd const *command);

// The strongest mode per relation; locks of DML are left out, and new relations, as nobody else can see those.
std::vector<StatementLock> locks_of(Node *statement, World &world);

const char *lock_mode_name(LOCKMODE mode) noexcept; // AccessExclusiveLock
// What waits for the lock: `reads and writes`, `writes`.
const char *blocked_by(LOCKMODE mode) noexcept;
// ALTER TABLE
std::string command_of(Node *statement);

} // namespace mig::server::lint
