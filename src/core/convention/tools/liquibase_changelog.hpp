// Liquibase: a file holds changesets. Their versions are its path and their number in it.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

std::vector<MigrationText> read_liquibase(ReadGroupArguments const &arguments);

} // namespace mig
