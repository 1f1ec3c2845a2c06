// The sections of a migration file.
#pragma once

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

} // namespace mig
