// Names as SQL writes them.
#pragma once

#include <string>
#include <string_view>

namespace mig::server {

// As quote_ident() does. Raises what the server raises when memory runs out.
std::string quoted(std::string_view identifier);

} // namespace mig::server
