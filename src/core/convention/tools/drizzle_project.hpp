// Drizzle: a journal lists the files in their order.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

Arrangement arrange_drizzle(Convention const &convention, std::vector<SourceFile> const &files);

} // namespace mig
