// Recognizes the common case of a scheduled run, that there is nothing to do, without reading everything into memory.
#pragma once

#include "server/db/query.hpp"

namespace mig::server {

// True if everything that is loaded was applied as it is, the versioned migrations once each and in the physical order
// of the table, and nothing else has happened. False means only that the catalog has to be read.
bool nothing_to_apply(std::string_view module, Access access);

} // namespace mig::server
