// Finds the sections of a migration file by the markers of its convention.
#pragma once

#include "core/convention/marker.hpp"
#include "core/migration/document.hpp"

#include <vector>

namespace mig {

// A verify section counts only in a file that says where up begins. A file without markers is all up; so is what stands
// before the first one when none says that up begins. Failure malformed_file, with lines: a section that comes twice,
// statements before the first section.
Document parse_document(Lexed const &file, std::vector<FoundMarker> const &markers);

} // namespace mig
