// One migration file: its sections by the markers of its convention.
#pragma once

#include "core/lexed.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mig {

struct FoundMarker; // of core/marker.hpp

struct Section {
    std::size_t begin, end; // bytes of the file
    std::uint32_t line;     // of the file, on which the section begins
};

struct Document {
    Section up;
    std::optional<Section> down, verify;
};

// A verify section counts only in a file that says where up begins. A file without markers is all up; so is what stands
// before the first one when none says that up begins. Failure malformed_file, with lines: a section that comes twice,
// statements before the first section.
Document parse_document(Lexed const &file, std::vector<FoundMarker> const &markers);

} // namespace mig
