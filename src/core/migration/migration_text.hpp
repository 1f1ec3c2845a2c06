// One migration as its files hold it, whatever their convention.
#pragma once

#include "core/base/kind.hpp"
#include "core/migration/directives.hpp"
#include "core/migration/source_file.hpp"

#include <memory>

namespace mig {

// A body and where it is. A view of its file, or of `owned` if the text to run is not that of the file (placeholders).
struct TextPart {
    Lexed lexed;
    std::string path;
    std::uint32_t line = 1; // of the file, where it begins
    std::shared_ptr<std::string const> owned = nullptr;
};

struct MigrationText {
    std::string version, name;
    bool changeset = false; // of Liquibase: it is not known by its version
    Kind kind = Kind::versioned;
    TextPart up;
    std::optional<TextPart> down, verify;
    std::string down_unreadable; // why the scanner rejects the down body, then a single token; empty: it does not
    FileDirectives directives;
};

} // namespace mig
