// Finds the sections of a migration file by the markers of its convention.
#pragma once

#include "core/convention/marker.hpp"
#include "core/migration/document.hpp"

#include <vector>

namespace mig {

// A file without markers is all up; so is what precedes the first marker if no marker begins an up section. A verify
// section counts only in a file with an up marker. Failure malformed_file, with lines: a section that occurs twice; in
// a file with an up marker, a statement before the first section.
Document parse_document(Lexed const &file, std::vector<FoundMarker> const &markers);

} // namespace mig
