// What single conventions have that their entry in the table cannot say: a function each.
#pragma once

#include "core/convention_table.hpp"

namespace mig {

// Atlas: a file may be an archive of checks, migration and down.
std::vector<MigrationText> read_atlas(GroupReading const &reading);

// Liquibase: a file holds changesets. Their versions are its path and their number in it.
std::vector<MigrationText> read_liquibase(GroupReading const &reading);

// Sqitch: a plan orders the changes.
Arrangement arrange_sqitch(Convention const &convention, std::vector<SourceFile> const &files);

} // namespace mig
