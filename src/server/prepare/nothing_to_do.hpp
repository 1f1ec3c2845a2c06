// Recognizes the common case of a scheduled run, that there is nothing to do, without reading everything into memory.
#pragma once

#include "server/db/query.hpp"

namespace mig::server {

// How many migrations are applied, if everything that is loaded was applied as it is, the versioned migrations once each
// and in the physical order of the table, and nothing else has happened. Nothing means only that the catalog has to be
// read; so it is where there is no migration at all.
std::optional<std::size_t> nothing_to_apply(std::string_view module, Access access);

} // namespace mig::server
