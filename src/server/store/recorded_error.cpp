#include "server/store/recorded_error.hpp"

#include "bridge/guard.hpp"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace mig::server {

std::string recorded_error(std::string_view message) {
    if (message.size() <= longest_recorded_error)
        return std::string(message);
    const char *const text = message.data();
    int const size = static_cast<int>(message.size());
    int const kept = pg::guarded([=] { return pg_mbcliplen(text, size, longest_recorded_error); });
    return std::string(message.substr(0, static_cast<std::size_t>(kept))) + " ... (cut off: " + std::to_string(size) +
           " bytes in all)";
}

} // namespace mig::server
