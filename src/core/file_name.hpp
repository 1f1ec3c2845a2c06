// What a file's name says (the home format, VERSION_name.sql).
#pragma once

#include <string>
#include <string_view>

namespace mig {

struct FileName {
    std::string version, name;
    std::string why_not; // not empty: it is no migration file, and this is why
};

// `file_name` without directories. The version is every leading digit group, joined by '_' or '.'.
FileName parse_file_name(std::string_view file_name);

} // namespace mig
