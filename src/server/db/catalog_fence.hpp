// What tells the catalog rows that are there now from those that are written later.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::server {

struct CatalogFence {
    std::int64_t next_transaction; // its id, and those that follow, are on rows that are written later
    // Of the catalog that the id is of: another after a restore, pg_upgrade or a promotion of a logical replica.
    std::string identity;
};
CatalogFence catalog_fence();

} // namespace mig::server
