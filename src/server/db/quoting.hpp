// Identifiers as they are written in SQL.
#pragma once

#include <string>
#include <string_view>

namespace mig::server {

// As quote_ident() does.
std::string quoted(std::string_view identifier);

} // namespace mig::server
