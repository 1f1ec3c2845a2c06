// What tells the catalog rows that are there now from those that are written later.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::server {

// An id that no transaction has yet: it, and those that follow, are on rows that are written later.
std::int64_t next_transaction_id();
// Of the catalog that the id is of: another after a restore, pg_upgrade or a promotion of a logical replica.
std::string catalog_identity();

} // namespace mig::server
