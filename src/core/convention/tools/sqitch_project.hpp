// Sqitch: a plan orders the changes.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

Arrangement arrange_sqitch(Convention const &convention, std::vector<SourceFile> const &files);

// A plan is at the top, or where the settings at the top say that it is.
bool is_sqitch_project(std::vector<SourceFile> const &files);

} // namespace mig
