// The locks that a statement takes on relations that are there before the migration, as measured in pg_locks.
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

// The strongest of one ALTER TABLE subcommand on the altered table itself.
LOCKMODE lock_of(AlterTableCmd const *command);

// Strongest mode per relation, ShareUpdateExclusive and above; of DML none. New relations are left out.
std::vector<StatementLock> locks_of(Node *statement, World &world);

const char *word(LOCKMODE mode) noexcept; // AccessExclusiveLock
// What waits for it: `reads and writes`, `writes`.
const char *blocked_by(LOCKMODE mode) noexcept;
// ALTER TABLE
std::string command_of(Node *statement);

} // namespace mig::server::lint
