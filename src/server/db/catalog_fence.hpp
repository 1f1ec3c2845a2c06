// Tells catalog rows that exist now from those that are written later, by their xmin.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::server {

std::int64_t next_transaction_id(); // rows that are written later have this transaction ID or a higher one
// Identifies the catalog to which the ID applies. It differs after a restore, pg_upgrade, or the promotion of a logical
// replica, whose transaction IDs are unrelated.
std::string catalog_identity();

} // namespace mig::server
