// Partitions: what attaching, detaching and making one locks and reads.
#include "bridge/guard.hpp"
#include "lint/read/user_code.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "access/relation.h"
#include "catalog/partition.h"
#include "commands/tablecmds.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_node.h"
#include "parser/parse_utilcmd.h"
#include "partitioning/partbounds.h"
#include "storage/lmgr.h"
#include "utils/partcache.h"
#include "utils/rel.h"
}

namespace mig::server::lint {

namespace {

PartitionCmd const *attached_partition(AlterTableCmd const &command) {
    return command.subtype == AT_AttachPartition ? MIG_AS(PartitionCmd, command.def) : nullptr;
}

// CONCURRENTLY waits, between two transactions, for those who still see the partition. With a default partition it is
// refused (ATExecDetachPartition()).
void detach_partition(Subject const &subject, Report &report) {
    each_subcommand_of_old_table(subject, [&](Subcommand const &change) {
        Table &parent = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_DetachPartition)
            return;
        auto const *part = MIG_AS(PartitionCmd, command->def);
        if (part->concurrent) {
            if (parent.default_partition)
                report.add(Severity::error,
                           "DETACH PARTITION CONCURRENTLY fails: " + parent.label() + " has a default partition",
                           "ALTER TABLE " + parent.qualified() + " DETACH PARTITION " + quoted(part->name->relname) +
                               " with a short migrator.lock_timeout.");
            return;
        }
        if (parent.small())
            return;
        report.add(Severity::info,
                   "DETACH PARTITION takes AccessExclusiveLock on " + parent.label() +
                       ", for a moment: reads and writes of all partitions queue behind it while it waits",
                   parent.default_partition
                       ? "CONCURRENTLY is refused because of the default partition: set a short "
                         "migrator.lock_timeout."
                       : "ALTER TABLE " + parent.qualified() + " DETACH PARTITION " + quoted(part->name->relname) +
                             " CONCURRENTLY" + on_its_own(subject) + ".");
    });
}

// DefineRelation() locks the parent exclusively, because its partition descriptor changes; ATTACH PARTITION does with
// ShareUpdateExclusiveLock. A default partition is read for rows that belong to the new one.
void partition_of_locks_parent(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateStmt, subject.node);
    if (!statement || !statement->partbound)
        return;
    Table *const parent = subject.world.find(static_cast<RangeVar *>(linitial(statement->inhRelations)));
    if (!parent || parent->is_new)
        return;
    std::string const name = quoted(statement->relation->relname);
    Table *const rest = parent->default_partition ? subject.world.find(parent->default_partition) : nullptr;
    if (rest && !rest->small() && !statement->partbound->is_default) {
        report.add(rest->severity(),
                   "CREATE TABLE " + name + " PARTITION OF reads all of the default partition " + rest->label() +
                       " under AccessExclusiveLock on it and on " + parent->qualified() + ": reads and writes wait",
                   "A validated CHECK on " + rest->qualified() +
                       " that excludes the new partition's rows makes that scan unnecessary.");
        return;
    }
    if (parent->small())
        return;
    report.add(Severity::warning,
               "CREATE TABLE " + name + " PARTITION OF takes AccessExclusiveLock on " + parent->label() +
                   ": reads and writes of all its partitions wait until commit",
               "CREATE TABLE " + name + " (LIKE " + parent->qualified() + " INCLUDING ALL), then ALTER TABLE " +
                   parent->qualified() + " ATTACH PARTITION " + name + " ..., which takes ShareUpdateExclusiveLock.");
}

// Bounds that are literals, or MINVALUE and MAXVALUE: to compute others would execute them.
bool literal_bounds(PartitionBoundSpec const *bound) {
    auto const literals = [](List const *values) {
        return !any<Node>(values, [](Node const &value) { return !IsA(&value, A_Const) && !IsA(&value, ColumnRef); });
    };
    return literals(bound->listdatums) && literals(bound->lowerdatums) && literals(bound->upperdatums);
}

// Whether validated CHECKs and NOT NULLs of a table say that all its rows fit the bound, as the server decides it.
bool implied(Oid parent_oid, Oid child_oid, PartitionBoundSpec *spec) {
    Relation const parent = try_relation_open(parent_oid, NoLock), child = try_relation_open(child_oid, NoLock);
    bool result = false;
    if (parent && child) {
        ParseState *const parse = make_parsestate(nullptr);
        auto *copy = static_cast<PartitionBoundSpec *>(copyObjectImpl(spec));
        PartitionBoundSpec *const bound = transformPartitionBound(parse, parent, copy);
        List *quals = list_concat(get_qual_from_partbound(parent, bound), RelationGetPartitionQual(parent));
        if (quals != NIL) {
            quals = reinterpret_cast<List *>(eval_const_expressions(nullptr, reinterpret_cast<Node *>(quals)));
            quals = list_make1(make_ands_explicit(quals));
            quals = map_partition_varattnos(quals, 1, child, parent);
            result = PartConstraintImpliedByRelConstraint(child, quals);
        }
    }
    if (parent)
        relation_close(parent, NoLock);
    if (child)
        relation_close(child, NoLock);
    return result;
}

// Nobody who holds AccessExclusiveLock is waited for.
bool proven(World &world, Table const &parent, Table const &child, PartitionBoundSpec *bound) {
    for (TableConstraint const &one : child.constraints)
        if (one.type == 'c' && one.validated && (one.is_new || one.validated_anew || parent.oid == 0))
            return true; // who adds one before attaching knows why
    if (parent.oid == 0 || child.oid == 0 || !literal_bounds(bound) || partition_proof_runs_code(parent, child))
        return false;
    bool result = false;
    Oid const above = parent.oid, below = child.oid;
    AsBody const as_body(world.contents(), AsBody::Role::owner);
    (void) attempt([&] {
        result = pg::guarded([=] {
            if (!ConditionalLockRelationOid(above, AccessShareLock))
                return false;
            bool found = false;
            if (ConditionalLockRelationOid(below, AccessShareLock)) {
                found = implied(above, below, bound);
                UnlockRelationOid(below, AccessShareLock);
            }
            UnlockRelationOid(above, AccessShareLock);
            return found;
        });
    });
    return result;
}

// Rows of the new partition have to fit its bounds, and none of the default partition may. What a valid CHECK says is
// not looked for in the rows (PartConstraintImpliedByRelConstraint()).
void attach_partition(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        auto const *part = attached_partition(change.command);
        if (!part || !part->bound || part->bound->is_default)
            return;
        Table const &parent = change.table;
        Table const *const child = subject.world.find(part->name);
        if (child && !child->small() && !proven(subject.world, parent, *child, part->bound))
            report.add(child->severity(),
                       "ATTACH PARTITION reads all of " + child->label() +
                           " under AccessExclusiveLock to see whether its rows fit: reads and writes of it wait",
                       "Before it: ALTER TABLE " + child->qualified() +
                           " ADD CONSTRAINT ... CHECK (what the bounds say, and NOT NULL of the key) NOT VALID; in a "
                           "later migration VALIDATE CONSTRAINT; then ATTACH PARTITION reads nothing.");
        Table const *const rest = parent.default_partition ? subject.world.find(parent.default_partition) : nullptr;
        if (rest && !rest->small())
            report.add(rest->severity(),
                       "ATTACH PARTITION reads all of the default partition " + rest->label() +
                           " under AccessExclusiveLock: reads and writes of it wait",
                       "A validated CHECK on " + rest->qualified() +
                           " that excludes the rows of the new partition makes that scan unnecessary.");
    });
}

constexpr Rule table[] = {
    {"detach-partition-without-concurrently", "everybody queues behind AccessExclusiveLock on the parent",
     detach_partition},
    {"create-partition-locks-parent", "reads and writes of the partitioned table wait", partition_of_locks_parent},
    {"attach-partition-scans-table", "the new or the default partition is read under AccessExclusiveLock",
     attach_partition},
};

} // namespace

Rules partition_rules() noexcept { return {std::begin(table), std::end(table)}; }

} // namespace mig::server::lint
