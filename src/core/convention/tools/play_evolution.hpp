// Play: evolutions, from one number to the next, until one is missing.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

Arrangement arrange_evolutions(Convention const &convention, std::vector<SourceFile> const &files);

// Markers may stand behind a '#', and what is before the first is no part of the migration; `;;` is a semicolon within
// a statement.
Prepared read_evolution(std::string_view text, Placeholders const &placeholders, std::string const &path);
// Only the markers; null where no line is one.
Prepared normalized_evolution(std::string_view text);

} // namespace mig
