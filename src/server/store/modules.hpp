// Which modules exist.
#pragma once

#include "server/store/catalog.hpp"

namespace mig::server {

// Failure undefined_object if nothing has ever been loaded in the catalog's module, and nothing has run: its name is
// mistyped. The default module always exists.
void require_module(Catalog const &catalog);

// In the order of their names.
std::vector<std::string> all_modules(Access access);

} // namespace mig::server
