#include "server/db/quoting.hpp"

#include "bridge/guard.hpp"

extern "C" {
#include "utils/builtins.h"
}

namespace mig::server {

std::string quoted(std::string_view identifier) {
    std::string const whole(identifier);
    const char *const text = whole.c_str();
    return pg::guarded([=] { return quote_identifier(text); }); // what it allocates is freed at the end of the call
}

} // namespace mig::server
