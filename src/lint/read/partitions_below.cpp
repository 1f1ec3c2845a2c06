#include "lint/read/partitions_below.hpp"

#include "core/base/interruption.hpp"
#include "server/db/query.hpp"

namespace mig::server::lint {

std::vector<Table *> partitions_of(World &world, Table const &parent) {
    static KeptQuery leaves(
        "WITH RECURSIVE below AS (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = $1::oid"
        " UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b"
        " ON i.inhparent = b.inhrelid)"
        " SELECT c.oid::int8 FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.inhrelid"
        " WHERE c.relkind = 'r' ORDER BY c.relpages DESC, c.relname");
    Rows const rows = leaves({static_cast<std::int64_t>(parent.oid)}, Access::fresh);
    std::vector<Table *> parts;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        check_for_interrupts();
        if (Table *const part = world.find(static_cast<std::uint32_t>(rows.bigint(i, 0))))
            parts.push_back(part);
    }
    return parts;
}

} // namespace mig::server::lint
