// The order in which a tool runs its files. Where it differs from the order of versions here (version::compare), the
// migrations that would be out of place get other versions.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// A file of a convention and its place in the directory that is loaded.
struct PlacedFile {
    SourceFile const *source;
    FilePattern const *pattern;
    std::string version, name;
    std::string tool_version; // as the tool compares it
    std::string_view folder;  // the directory of the migration
    bool distinct = false;    // its name tells it from other migrations of its version
    std::vector<std::string> requirements = {}; // of an up file: versions
};

// Sorts the files in the order in which the tool runs them, sets what each requires, and gives each migration a version
// that preserves the order: its own where possible. The others get one derived from a neighbor's, such as 20260315.1.
// No file that the tool creates later changes them.
void order_as_tool(Convention const &convention, std::vector<PlacedFile> &placed);

} // namespace mig
