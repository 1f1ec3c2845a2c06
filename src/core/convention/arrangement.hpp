// Which files make a migration, and in which order migrations run, where a convention has no way of its own.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// By the names of the files and what the table says of the convention.
Arrangement arrange_by_name(Convention const &convention, std::vector<SourceFile> const &files);

} // namespace mig
