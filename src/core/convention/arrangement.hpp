// Which files make up a migration, and in which order migrations run, for conventions that do not define that by
// themselves.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// Goes by the names of the files and the flags in the table of conventions.
Arrangement arrange_by_name(Convention const &convention, std::vector<SourceFile> const &files);

} // namespace mig
