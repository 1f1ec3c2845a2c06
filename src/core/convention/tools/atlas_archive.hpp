// Atlas: a file may be an archive of checks, migration and down.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

std::vector<MigrationText> read_atlas(ReadGroupArguments const &arguments);

} // namespace mig
