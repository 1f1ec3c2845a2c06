#include "lint/world/partitions_below.hpp"

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

// A key has a copy for each partition of the referenced table (conparentid), and where the referencing table is
// partitioned one for each of its partitions, too: of these only the table as a whole is meant. The key itself, from
// which the copies come, is looked for by name, since a pending statement may have dropped it.
std::vector<Table *> tables_referring_by_parent(World &world, Table const &partition) {
    static KeptQuery inherited_keys_to(
        "WITH RECURSIVE copy AS (SELECT c.conrelid, c.oid AS key FROM pg_catalog.pg_constraint c"
        " WHERE c.confrelid = $1::oid AND c.contype = 'f' AND c.conparentid <> 0),"
        " above AS (SELECT conrelid, key FROM copy UNION SELECT a.conrelid, c.conparentid FROM above a"
        " JOIN pg_catalog.pg_constraint c ON c.oid = a.key WHERE c.conparentid <> 0)"
        " SELECT DISTINCT c.conrelid::int8, c.conname::text FROM above a JOIN pg_catalog.pg_constraint c ON c.oid = "
        "a.key"
        " WHERE c.conparentid = 0");
    Rows const keys = inherited_keys_to({static_cast<std::int64_t>(partition.oid)}, Access::fresh);
    std::vector<Table *> tables;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        Table *const table = world.find(static_cast<std::uint32_t>(keys.bigint(i, 0)));
        if (table && table->constraint(keys.text(i, 1)) &&
            std::find(tables.begin(), tables.end(), table) == tables.end())
            tables.push_back(table);
    }
    return tables;
}

} // namespace mig::server::lint
