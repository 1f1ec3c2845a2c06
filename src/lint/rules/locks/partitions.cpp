// Partitions: what is locked and read when one is attached, detached or created.
//
// Queries of the parent use its partition descriptor, so changing that needs a lock on the parent: AccessExclusiveLock
// for DETACH and for CREATE TABLE ... PARTITION OF, ShareUpdateExclusiveLock for ATTACH (since 12) and DETACH
// CONCURRENTLY (since 14). Rows of the new partition have to fit its bounds, and none of the default partition's rows
// may; both are read, under AccessExclusiveLock, unless their constraints prove it. See "ALTER TABLE" in the manual.
#include "bridge/guard.hpp"
#include "core/text/text.hpp"
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
#include "utils/ruleutils.h"
}

namespace mig::server::lint {

namespace {

PartitionCmd const *attached_partition(AlterTableCmd const &command) {
    return command.subtype == AT_AttachPartition ? MIG_AS(PartitionCmd, command.def) : nullptr;
}

// CONCURRENTLY detaches in two transactions and waits in between for sessions that may still see the partition.
// ATExecDetachPartition() refuses it where there is a default partition, whose implied constraint would change.
void detach_partition(Subject const &subject, Report &report) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        Table &parent = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_DetachPartition)
            return;
        auto const *part = MIG_AS(PartitionCmd, command->def);
        Table const *const partition = subject.world.find(part->name);
        std::string const name = partition ? partition->qualified() : quoted(part->name->relname);
        if (part->concurrent) {
            if (parent.default_partition)
                report.add(Severity::error,
                           "DETACH PARTITION CONCURRENTLY fails: " + parent.label() + " has a default partition",
                           "ALTER TABLE " + parent.qualified() + " DETACH PARTITION " + name +
                               " with a short migrator.lock_timeout.");
            return;
        }
        if (parent.small())
            return;
        report.add(Severity::info,
                   "DETACH PARTITION takes AccessExclusiveLock on " + parent.label() +
                       ", for a moment: reads and writes of all partitions queue behind it while it waits",
                   parent.default_partition ? "CONCURRENTLY is refused because of the default partition: set a short "
                                              "migrator.lock_timeout."
                                            : "ALTER TABLE " + parent.qualified() + " DETACH PARTITION " + name +
                                                  " CONCURRENTLY" + on_its_own(subject) + ".");
    });
}

// FOR VALUES ..., as it is written. The grammar has it after the columns, whose texts may have these words, so the last
// one counts.
std::string bound_text(std::string_view sql) {
    constexpr const char *blanks = " \t\n\r\f";
    std::string const lower = lower_case(sql);
    for (std::size_t at = lower.rfind("values"); at != std::string::npos && at > 0;
         at = lower.rfind("values", at - 1)) {
        std::size_t const before = lower.find_last_not_of(blanks, at - 1);
        if (before == std::string::npos || before < 2 || before + 1 == at || lower.compare(before - 2, 3, "for") != 0)
            continue;
        std::size_t end = end_of_parenthesis(sql, at);
        std::size_t const kind = lower.find_first_not_of(blanks, at + 6);
        if (kind != std::string::npos && lower.compare(kind, 4, "from") == 0) // FROM (...) TO (...)
            end = end_of_parenthesis(sql, end);
        return one_line(sql.substr(before - 2, end - before + 2));
    }
    return "DEFAULT";
}

// DefineRelation() takes AccessExclusiveLock on the parent, because its partition descriptor changes; ATTACH PARTITION
// gets by with ShareUpdateExclusiveLock. A default partition is read in search of rows that belong to the new one
// (check_default_partition_contents()).
void partition_of_locks_parent(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateStmt, subject.node);
    if (!statement || !statement->partbound)
        return;
    Table *const parent = subject.world.find(static_cast<RangeVar *>(linitial(statement->inhRelations)));
    if (!parent || parent->is_new)
        return;
    std::string const name = quoted(statement->relation->relname);
    std::string const new_name = quoted(subject.world.schema_for(statement->relation)) + "." + name;
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
    // A table that is attached keeps an identity column of its own, which newer servers refuse: the parent's counts.
    bool const identity = std::any_of(parent->columns.begin(), parent->columns.end(),
                                      [](Column const &column) { return column.identity; });
    report.add(Severity::info,
               "CREATE TABLE " + name + " PARTITION OF takes AccessExclusiveLock on " + parent->label() +
                   ", for a moment: reads and writes of all its partitions queue behind it while it waits, and until "
                   "commit",
               "CREATE TABLE " + new_name + " (LIKE " + parent->qualified() + " INCLUDING ALL" +
                   (identity ? " EXCLUDING IDENTITY" : "") + "), then ALTER TABLE " + parent->qualified() +
                   " ATTACH PARTITION " + new_name + " " + bound_text(subject.sql) +
                   ", which takes ShareUpdateExclusiveLock.");
}

// Bounds that are literals, MINVALUE or MAXVALUE (which the grammar makes a ColumnRef). Others are expressions, and
// computing them would execute what the caller wrote.
bool literal_bounds(PartitionBoundSpec const *bound) {
    auto const literals = [](List const *values) {
        return !any<Node>(values, [](Node const &value) { return !IsA(&value, A_Const) && !IsA(&value, ColumnRef); });
    };
    return literals(bound->listdatums) && literals(bound->lowerdatums) && literals(bound->upperdatums);
}

struct Implied {
    bool implied;
    const char *condition; // what rows have to fulfill, in SQL
};

// Whether validated CHECKs and NOT NULLs of a table prove that all its rows fit the bound, as ATExecAttachPartition()
// decides it. Runs inside guarded(). The caller holds the locks.
Implied implied(Oid parent_oid, Oid child_oid, PartitionBoundSpec *spec) {
    Relation const parent = try_relation_open(parent_oid, NoLock), child = try_relation_open(child_oid, NoLock);
    Implied result{};
    if (parent && child) {
        ParseState *const parse = make_parsestate(nullptr);
        auto *copy = static_cast<PartitionBoundSpec *>(copyObjectImpl(spec));
        // The constraint of a partition is its bound and, where the parent is a partition itself, the parent's.
        PartitionBoundSpec *const bound = transformPartitionBound(parse, parent, copy);
        List *quals = list_concat(get_qual_from_partbound(parent, bound), RelationGetPartitionQual(parent));
        if (quals != NIL) {
            quals = reinterpret_cast<List *>(eval_const_expressions(nullptr, reinterpret_cast<Node *>(quals)));
            quals = list_make1(make_ands_explicit(quals));
            quals = map_partition_varattnos(quals, 1, child, parent); // columns may have other numbers in the child
            result.implied = PartConstraintImpliedByRelConstraint(child, quals);
            if (!result.implied)
                result.condition = deparse_expression(
                    static_cast<Node *>(linitial(quals)),
                    deparse_context_for(RelationGetRelationName(child), RelationGetRelid(child)), false, false);
        }
    }
    if (parent)
        relation_close(parent, NoLock);
    if (child)
        relation_close(child, NoLock);
    return result;
}

struct Proof {
    bool complete;
    std::string condition; // that is missing
};

// lint() waits for nobody: where somebody holds AccessExclusiveLock on one of the two, nothing is proven.
Proof prove(World &world, Table const &parent, Table const &child, PartitionBoundSpec *bound) {
    // The server cannot be asked about constraints or tables that do not exist yet. Whoever adds a CHECK before
    // attaching does it for this purpose.
    for (TableConstraint const &check : child.constraints)
        if (check.type == 'c' && check.validated && (check.is_new || check.newly_validated || parent.oid == 0))
            return {true, {}};
    Proof proof{false, "..."};
    if (parent.oid == 0 || child.oid == 0 || !literal_bounds(bound) || partition_proof_runs_code(parent, child))
        return proof;
    Implied result{};
    Oid const parent_oid = parent.oid, child_oid = child.oid;
    AsBody const as_body(world.contents(), AsBody::Role::owner);
    (void) attempt([&] {
        result = pg::guarded([=] {
            if (!ConditionalLockRelationOid(parent_oid, AccessShareLock))
                return Implied{};
            Implied found{};
            if (ConditionalLockRelationOid(child_oid, AccessShareLock)) {
                found = implied(parent_oid, child_oid, bound);
                UnlockRelationOid(child_oid, AccessShareLock);
            }
            UnlockRelationOid(parent_oid, AccessShareLock);
            return found;
        });
        proof.complete = result.implied;
        if (result.condition)
            proof.condition = result.condition;
    });
    return proof;
}

// The rows of neither table are read where its validated constraints prove what they have to fulfill:
// PartConstraintImpliedByRelConstraint(). That is asked for the new partition only; for the default partition the hint
// names the constraint.
void attach_partition(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        auto const *part = attached_partition(change.command);
        if (!part || !part->bound || part->bound->is_default)
            return;
        Table const &parent = change.table;
        Table const *const child = subject.world.find(part->name);
        Proof const proof =
            child && !child->small() ? prove(subject.world, parent, *child, part->bound) : Proof{true, {}};
        if (!proof.complete) {
            std::string const alter = "ALTER TABLE " + child->qualified() + " ", name = quoted(child->name + "_bounds");
            report.add(child->severity(),
                       "ATTACH PARTITION reads all of " + child->label() +
                           " under AccessExclusiveLock to check that its rows fit: reads and writes of it wait",
                       "Before it: " + alter + "ADD CONSTRAINT " + name + " CHECK (" + proof.condition +
                           ") NOT VALID; in a later migration " + alter + "VALIDATE CONSTRAINT " + name +
                           "; then ATTACH PARTITION reads nothing.");
        }
        Table const *const rest = parent.default_partition ? subject.world.find(parent.default_partition) : nullptr;
        if (rest && !rest->small())
            report.add(rest->severity(),
                       "ATTACH PARTITION reads all of the default partition " + rest->label() +
                           " under AccessExclusiveLock: reads and writes of it wait",
                       "A validated CHECK on " + rest->qualified() +
                           " that excludes the rows of the new partition makes that scan unnecessary.");
    });
}

constexpr Rule entries[] = {
    {"detach-partition-without-concurrently", "everybody queues behind AccessExclusiveLock on the parent",
     detach_partition},
    {"detach-partition-scans-referencing-table", "a table that refers to the parent is read while writes to it wait",
     detach_scans_referencing_table},
    {"create-partition-locks-parent", "reads and writes of the partitioned table wait", partition_of_locks_parent},
    {"attach-partition-scans-table", "the new or the default partition is read under AccessExclusiveLock",
     attach_partition},
};

} // namespace

Rules partition_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
