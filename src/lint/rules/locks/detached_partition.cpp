// A foreign key that refers to a partitioned table allows no row that refers to a partition which goes: the server
// reads the referencing table to see that there is none (ATDetachCheckNoForeignKeyRefs()). It does so under ShareLock;
// the triggers of the key on the partition go too, and take AccessExclusiveLock on both tables (RemoveTriggerById()).
// CONCURRENTLY does that in its second transaction, once the table has been read.
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

namespace mig::server::lint {

namespace {

struct Referencing {
    Table const *largest = nullptr;
    std::size_t others = 0;
};

// A key has a copy for each partition of the referenced table (conparentid), and where the referencing table is
// partitioned one for each of its partitions, too: of these only the table as a whole is meant. The key itself, from
// which the copies come, is looked for by name, since a pending statement may have dropped it.
Referencing tables_referring_to(World &world, Table const &partition) {
    static KeptQuery inherited_keys_to(
        "WITH RECURSIVE copy AS (SELECT c.conrelid, c.oid AS key FROM pg_catalog.pg_constraint c"
        " WHERE c.confrelid = $1::oid AND c.contype = 'f' AND c.conparentid <> 0),"
        " above AS (SELECT conrelid, key FROM copy UNION SELECT a.conrelid, c.conparentid FROM above a"
        " JOIN pg_catalog.pg_constraint c ON c.oid = a.key WHERE c.conparentid <> 0)"
        " SELECT DISTINCT c.conrelid::int8, c.conname::text FROM above a JOIN pg_catalog.pg_constraint c ON c.oid = "
        "a.key"
        " WHERE c.conparentid = 0");
    Rows const keys = inherited_keys_to({static_cast<std::int64_t>(partition.oid)}, Access::fresh);
    Referencing result;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        Table *const table = world.find(static_cast<std::uint32_t>(keys.bigint(i, 0)));
        if (!table || !table->constraint(keys.text(i, 1)))
            continue;
        if (result.largest)
            ++result.others;
        if (!result.largest || table->bytes > result.largest->bytes)
            result.largest = table;
    }
    return result;
}

} // namespace

void detach_scans_referencing_table(Subject const &subject, Report &report) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_DetachPartition)
            return;
        auto const *part = MIG_AS(PartitionCmd, change.command.def);
        Table const *const partition = subject.world.find(part->name);
        if (!partition || partition->oid == 0)
            return;
        Referencing const found = tables_referring_to(subject.world, *partition);
        if (!found.largest || found.largest->small())
            return;
        Table const &parent = change.table;
        std::string const reads = "DETACH PARTITION reads all of " + found.largest->label() +
                                  (found.others ? " and " + std::to_string(found.others) + " more" : std::string()) +
                                  ", which refers to " + parent.qualified() + ", to see that no row refers to " +
                                  partition->qualified();
        if (part->concurrent)
            report.add(
                Severity::info, reads + ", under ShareLock: writes to it wait",
                "Nothing reads less; it is quick where the partition has been emptied before and an index begins "
                "with the referencing columns.");
        else
            report.add(
                found.largest->severity(),
                reads + ", under ShareLock on it and AccessExclusiveLock on " + parent.qualified() +
                    ": writes to both wait, and reads of " + parent.qualified(),
                parent.default_partition
                    ? "CONCURRENTLY is refused because of the default partition. Empty the partition before, and "
                      "CREATE INDEX CONCURRENTLY on the referencing columns where there is none: both make it "
                      "quick."
                    : "ALTER TABLE " + parent.qualified() + " DETACH PARTITION " + partition->qualified() +
                          " CONCURRENTLY" + on_its_own(subject) + ": then only writes to " +
                          found.largest->qualified() + " wait.");
    });
}

} // namespace mig::server::lint
