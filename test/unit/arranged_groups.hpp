// What files are arranged to, as text.
#pragma once

#include "convention_files.hpp"

namespace mig::test {

inline const char *path_of(SourceFile const *file) { return file ? file->path.c_str() : "-"; }

// `version name up down verify`, a line each.
inline std::string groups(Files const &files, const char *convention) {
    std::string lines;
    for (FileGroup const &group : files.arranged(convention).groups)
        lines += group.version + " " + group.name + " " + path_of(group.up) + " " + path_of(group.down) + " " +
                 path_of(group.verify) + "\n";
    return lines;
}

} // namespace mig::test
