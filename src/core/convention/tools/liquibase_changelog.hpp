// Liquibase: a file holds changesets. Their versions are its path and their number in it, unless
// core/convention/changeset_versions.hpp changes them later.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

std::vector<MigrationText> read_liquibase(ReadGroupArguments const &arguments);

} // namespace mig
