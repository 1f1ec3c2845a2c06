// Atlas: a file may be an archive (txtar) of checks, the migration and its down.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

std::vector<MigrationText> read_atlas(ReadGroupArguments const &arguments);

} // namespace mig
