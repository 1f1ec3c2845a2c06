#include "core/text/file_path.hpp"

#include <utility>

namespace mig {

std::string_view bare_path(std::string_view path) noexcept {
    for (std::string_view const prefix : {"classpath:", "./", "/"})
        if (path.substr(0, prefix.size()) == prefix)
            path.remove_prefix(prefix.size());
    return path;
}

bool same_file(std::string_view a, std::string_view b) noexcept {
    if (a.size() < b.size())
        std::swap(a, b);
    std::size_t const before = a.size() - b.size();
    return a.substr(before) == b && (before == 0 || a[before - 1] == '/');
}

} // namespace mig
