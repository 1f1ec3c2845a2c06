// A foreign key that refers to a partitioned table allows no row that refers to a partition which goes: the server
// reads the referencing table to see that there is none (ATDetachCheckNoForeignKeyRefs()). It does so under ShareLock;
// the triggers of the key on the partition go too, and take AccessExclusiveLock on both tables (RemoveTriggerById()).
// CONCURRENTLY does that in its second transaction, once the table has been read.
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/partitions_below.hpp"
#include "server/parse/tree.hpp"

namespace mig::server::lint {

void detach_scans_referencing_table(Subject const &subject, Report &report) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_DetachPartition)
            return;
        auto const *part = MIG_AS(PartitionCmd, change.command.def);
        Table const *const partition = subject.world.find(part->name);
        if (!partition || partition->oid == 0)
            return;
        std::vector<Table *> const referring = tables_referring_by_parent(subject.world, *partition);
        auto const largest = std::max_element(referring.begin(), referring.end(), [](Table *a, Table *b) {
            return a->severity() < b->severity() || (a->severity() == b->severity() && a->bytes < b->bytes);
        });
        if (largest == referring.end() || (*largest)->small())
            return;
        Table const &read = **largest;
        Table const &parent = change.table;
        std::string const reads =
            "DETACH PARTITION reads all of " + read.label() +
            (referring.size() > 1 ? " and " + std::to_string(referring.size() - 1) + " more" : std::string()) +
            ", which refers to " + parent.qualified() + ", to see that no row refers to " + partition->qualified();
        if (part->concurrent)
            report.add(
                Severity::info, reads + ", under ShareLock: writes to it wait",
                "Nothing reads less; it is quick where the partition has been emptied before and an index begins "
                "with the referencing columns.");
        else
            report.add(
                read.severity(),
                reads + ", under AccessExclusiveLock on " + parent.qualified() +
                    " and ShareLock on it, then AccessExclusiveLock too: writes to both and reads of " +
                    parent.qualified() + " wait",
                parent.default_partition
                    ? "CONCURRENTLY is refused because of the default partition. Empty the partition before, and "
                      "CREATE INDEX CONCURRENTLY on the referencing columns where there is none: both make it "
                      "quick."
                    : "ALTER TABLE " + parent.qualified() + " DETACH PARTITION " + partition->qualified() +
                          " CONCURRENTLY" + on_its_own(subject) + ": then only writes to " + read.qualified() +
                          " wait.");
    });
}

} // namespace mig::server::lint
