// Drizzle: a journal names and orders the files.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

Arrangement arrange_drizzle(Convention const &convention, std::vector<SourceFile> const &files);

} // namespace mig
