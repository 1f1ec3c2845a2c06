// Sqitch: a plan lists the changes in their order.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

Arrangement arrange_sqitch(Convention const &convention, std::vector<SourceFile> const &files);

// Whether there is a plan at the top, or where the settings at the top point to.
bool is_sqitch_project(std::vector<SourceFile> const &files);

} // namespace mig
