// The common case of a scheduled run, found without reading everything into memory.
#pragma once

#include "server/db/query.hpp"

namespace mig::server {

// True when nothing is to be done: what is loaded was applied as it is, the versioned migrations once each and in the
// order in which they are loaded, and nothing else happened. False may mean anything.
bool applied_as_loaded(std::string_view module, Access access);

} // namespace mig::server
