#include "server/store/columns.hpp"

namespace mig::server {

std::string comma_list(std::vector<const char *> const &names, std::string_view before, std::string_view after) {
    std::string list;
    for (const char *const name : names) {
        list += list.empty() ? "" : ", ";
        list.append(before).append(name).append(after);
    }
    return list;
}

std::string numbered_parameters(std::size_t first, std::size_t count) {
    std::string list;
    for (std::size_t i = first; i < first + count; ++i)
        list += (i == first ? "$" : ", $") + std::to_string(i);
    return list;
}

} // namespace mig::server
