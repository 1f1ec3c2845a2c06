// One migration file: its sections by the markers `-- UP`, `-- DOWN` and `-- VERIFY` (the home format).
#pragma once

#include "core/lexed.hpp"

#include <cstdint>
#include <optional>

namespace mig {

struct Section {
    std::size_t begin, end; // bytes of the file
    std::uint32_t line;     // of the file, on which the section begins
};

struct Document {
    Section up;
    std::optional<Section> down, verify;
};

// A marker stands on a line of its own and counts only between tokens, outside of block comments. A file without
// markers is all up; so is what stands before the first marker when there is no `-- UP`.
// Failure malformed_file, with lines: a section that comes twice, statements before `-- UP`.
Document parse_document(Lexed const &file);

} // namespace mig
