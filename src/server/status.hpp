// What status(), summary() and plan() tell.
#pragma once

#include "server/catalog.hpp"

namespace mig::server {

// What status() adds to a migration's status, or nothing.
std::optional<std::string> detail_of(Migration const &migration, Migration const *newest_applied);

struct Running {
    std::optional<std::int32_t> pid;
    std::optional<std::int64_t> since; // the server's timestamp
};
// Who holds the run lock, this session included.
Running running();

} // namespace mig::server
