// The order in which a tool runs its files, where that is not the order of our versions.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// A file of a convention, found in a directory.
struct PlacedFile {
    SourceFile const *file;
    FilePattern const *pattern;
    std::string version, name;
    std::string tool_version; // as the tool compares it
    std::string_view folder;  // that the migration is in
    bool apart = false;       // from others of its version: by its name
    std::vector<std::string> requirements = {}; // versions, of an up file
};

// In the order in which they run, with what each requires; each migration gets a version that says so, its own where
// that is possible. The rest get one behind another, 20260315.1, which no file that a tool makes later changes.
void order_as_tool(Convention const &convention, std::vector<PlacedFile> &placed);

} // namespace mig
