// File paths, as tools record them.
#pragma once

#include <string_view>

namespace mig {

// Without `classpath:`, `./` or `/` in front.
std::string_view bare_path(std::string_view path) noexcept;

// Whether both may name the same file, from different directories: a/b.sql and b.sql.
bool same_file(std::string_view a, std::string_view b) noexcept;

} // namespace mig
