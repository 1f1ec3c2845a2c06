// One migration as its files hold it, whatever their convention.
#pragma once

#include "core/directives.hpp"
#include "core/kind.hpp"
#include "core/source_file.hpp"

#include <memory>

namespace mig {

// A body and where it is. A view of its file, or of `owned` when what is run is not what the file says (placeholders).
struct TextPart {
    Lexed lexed;
    std::string path;
    std::uint32_t line = 1; // of the file, on which it begins
    std::shared_ptr<std::string const> owned = nullptr;
};

struct MigrationText {
    std::string version, name;
    Kind kind = Kind::versioned;
    TextPart up;
    std::optional<TextPart> down, verify;
    FileDirectives directives;
};

} // namespace mig
