#include "lint/read/lock_modes.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "core/base/interruption.hpp"
#include "lint/world/partitions_below.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <unordered_map>

extern "C" {
#include "nodes/value.h"
#include "tcop/cmdtag.h"
#include "tcop/utility.h"
}

namespace mig::server::lint {

namespace {

// Collects the locks of a statement. The modes are those that the server's functions for these statements take; where a
// mode is not obvious, the function is named.
class Locks {
  public:
    explicit Locks(World &world) : world_(world) {}

    void collect(Node *statement) {
        if (!collect_create(statement) && !collect_change(statement))
            collect_maintenance(statement);
    }

    std::vector<StatementLock> found;

  private:
    // Nobody else can see new tables and temporary ones, so nobody waits for them.
    void add(Table *table, LOCKMODE mode) {
        if (!table || table->is_new || table->temporary)
            return;
        check_for_interrupts();
        auto const [known, inserted] = positions_.emplace(table, found.size());
        if (inserted)
            found.push_back({table, mode});
        else
            found[known->second].mode = std::max(found[known->second].mode, mode);
    }
    void add(RangeVar const *name, LOCKMODE mode) { add(world_.find(name), mode); }

    // ATAddForeignKeyConstraint(): a foreign key creates triggers on the referenced table.
    void collect_constraint(Constraint const &constraint) {
        if (constraint.contype == CONSTR_FOREIGN)
            add(constraint.pktable, ShareRowExclusiveLock);
    }
    void collect_constraints(List const *constraints) {
        each<Constraint>(constraints, [&](Constraint const &constraint) { collect_constraint(constraint); });
    }
    // DefineRelation(): a new partition changes the partition descriptor of its parent, inheritance does not. LIKE
    // opens its table under AccessShareLock (transformTableLikeClause()), for which only the strongest DDL has to wait:
    // left out.
    void collect_create_table(CreateStmt const *statement) {
        each<RangeVar>(statement->inhRelations, [&](RangeVar const &parent) {
            add(&parent, statement->partbound ? AccessExclusiveLock : ShareUpdateExclusiveLock);
        });
        each<Node>(statement->tableElts, [&](Node const &element) {
            if (auto const *column = MIG_AS(ColumnDef, &element))
                collect_constraints(column->constraints);
            else if (auto const *constraint = MIG_AS(Constraint, &element))
                collect_constraint(*constraint);
        });
        collect_constraints(statement->constraints);
    }

    // AlterTableGetLockLevel(): the strongest mode of all subcommands is taken first, for the whole statement. Where a
    // subcommand recurses, partitions and children get the same mode (ATSimpleRecursion()). Here the parent stands for
    // them; lock_fan_out() counts them.
    void collect_alter(AlterTableStmt const *statement) {
        // ALTER INDEX locks the index and not its table; a composite type has no rows that anybody reads.
        if (statement->objtype == OBJECT_INDEX || statement->objtype == OBJECT_TYPE)
            return;
        LOCKMODE mode = NoLock;
        each<AlterTableCmd>(statement->cmds, [&](AlterTableCmd const &command) {
            mode = std::max(mode, lock_of(&command));
            collect_subcommand(statement, command);
        });
        add(statement->relation, mode);
    }
    void collect_subcommand(AlterTableStmt const *statement, AlterTableCmd const &command) {
        switch (command.subtype) {
        case AT_AddColumn:
            return collect_constraints(MIG_AS(ColumnDef, command.def)->constraints);
        case AT_AddConstraint:
            return collect_constraint(*MIG_AS(Constraint, command.def));
        case AT_DetachPartition: // CONCURRENTLY too, in its second transaction
            // So do the tables whose keys refer to the parent: the triggers of these keys on the partition are dropped.
            if (Table const *const part = world_.find(MIG_AS(PartitionCmd, command.def)->name); part && part->oid != 0)
                for (Table *const referring : tables_referring_by_parent(world_, *part))
                    add(referring, AccessExclusiveLock);
            [[fallthrough]];
        case AT_AttachPartition:
            return add(MIG_AS(PartitionCmd, command.def)->name, AccessExclusiveLock);
        case AT_AddInherit:
        case AT_DropInherit:
            return add(reinterpret_cast<RangeVar const *>(command.def), ShareUpdateExclusiveLock);
        case AT_DropConstraint: // of a foreign key: drops its triggers there
            return add_referenced(statement->relation, command.name, AccessExclusiveLock);
        case AT_ValidateConstraint: // of a foreign key: ATRewriteTables() opens the table to look up keys
            return add_referenced(statement->relation, command.name, RowShareLock);
        default:
            return;
        }
    }
    // The table that a foreign key refers to.
    void add_referenced(RangeVar const *name, const char *constraint, LOCKMODE mode) {
        Table *const table = world_.find(name);
        TableConstraint const *const key = table ? table->constraint(constraint) : nullptr;
        if (key && key->type == 'f' && key->referenced)
            add(world_.find(key->referenced), mode);
    }

    void collect_dropped(DropStmt const *statement, List const &names) {
        switch (statement->removeType) {
        case OBJECT_TABLE:
        case OBJECT_VIEW:
        case OBJECT_MATVIEW:
        case OBJECT_FOREIGN_TABLE:
            return collect_dropped_table(world_.find(&names));
        case OBJECT_INDEX:
            if (World::FoundIndex const index = world_.find_index(&names))
                add(index.table, statement->concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock);
            return;
        case OBJECT_TRIGGER:
        case OBJECT_RULE:
        case OBJECT_POLICY:
            // Each of RemoveTriggerById(), RemoveRewriteRuleById() and RemovePolicyById() opens the table so.
            return add(world_.find_table_of(&names), AccessExclusiveLock);
        default:
            return;
        }
    }
    // Foreign keys of the table have triggers on the referenced tables, which are dropped as well
    // (RemoveTriggerById()).
    void collect_dropped_table(Table *table) {
        add(table, AccessExclusiveLock);
        if (table)
            for (TableConstraint const &constraint : table->constraints)
                if (constraint.type == 'f' && constraint.referenced)
                    add(world_.find(constraint.referenced), AccessExclusiveLock);
    }

    // False: not a CREATE.
    bool collect_create(Node const *statement) {
        if (auto const *table = MIG_AS(CreateStmt, statement)) {
            collect_create_table(table);
        } else if (auto const *index = MIG_AS(IndexStmt, statement)) {
            // ProcessUtilitySlow() locks the table, before DefineIndex() looks at anything.
            add(index->relation, index->concurrent ? ShareUpdateExclusiveLock : ShareLock);
        } else if (auto const *trigger = MIG_AS(CreateTrigStmt, statement)) {
            add(trigger->relation, ShareRowExclusiveLock);
            if (trigger->constrrel) // FROM, of a constraint trigger
                add(trigger->constrrel, ShareRowExclusiveLock);
        } else if (auto const *rule = MIG_AS(RuleStmt, statement)) {
            // DefineQueryRewrite(): no SELECT may run while its rules change.
            add(rule->relation, AccessExclusiveLock);
        } else if (auto const *policy = MIG_AS(CreatePolicyStmt, statement)) {
            add(policy->table, AccessExclusiveLock);
        } else if (auto const *view = MIG_AS(ViewStmt, statement)) { // OR REPLACE
            // DefineVirtualRelation() replaces the rule and, by ALTER TABLE subcommands, the columns. Without OR
            // REPLACE there is no view of that name to lock.
            add(view->view, AccessExclusiveLock);
        } else if (auto const *statistics = MIG_AS(CreateStatsStmt, statement)) {
            // CreateStatistics(): the same mode as ANALYZE, which writes the data of the statistics object.
            each<Node>(statistics->relations, [&](Node const &item) {
                if (auto const *name = MIG_AS(RangeVar, &item))
                    add(name, ShareUpdateExclusiveLock);
            });
        } else {
            return false;
        }
        return true;
    }

    // False: not an ALTER, DROP or TRUNCATE.
    bool collect_change(Node const *statement) {
        if (auto const *alter = MIG_AS(AlterTableStmt, statement)) {
            collect_alter(alter);
        } else if (auto const *policy = MIG_AS(AlterPolicyStmt, statement)) {
            add(policy->table, AccessExclusiveLock);
        } else if (auto const *rename = MIG_AS(RenameStmt, statement)) {
            // RenameRelation() locks an index itself with ShareUpdateExclusiveLock, and its table not at all.
            if (rename->relation && rename->renameType != OBJECT_INDEX && rename->renameType != OBJECT_ATTRIBUTE)
                add(rename->relation, AccessExclusiveLock);
        } else if (auto const *moved = MIG_AS(AlterObjectSchemaStmt, statement)) {
            // AlterTableNamespace(). What is not a relation is moved without a lock that anybody feels.
            if (moved->relation)
                add(moved->relation, AccessExclusiveLock);
        } else if (auto const *drop = MIG_AS(DropStmt, statement)) {
            each<Node>(drop->objects, [&](Node const &object) {
                if (auto const *names = MIG_AS(List, &object))
                    collect_dropped(drop, *names);
            });
        } else if (auto const *truncate = MIG_AS(TruncateStmt, statement)) {
            each<RangeVar>(truncate->relations, [&](RangeVar const &name) { add(&name, AccessExclusiveLock); });
        } else {
            return false;
        }
        return true;
    }

    void collect_maintenance(Node *statement) {
        if (auto const *lock = MIG_AS(LockStmt, statement)) {
            each<RangeVar>(lock->relations, [&](RangeVar const &name) { add(&name, lock->mode); });
        } else if (auto const *refresh = MIG_AS(RefreshMatViewStmt, statement)) {
            // ExecRefreshMatView(): ExclusiveLock lets SELECT pass and keeps a second REFRESH out.
            add(refresh->relation, refresh->concurrent ? ExclusiveLock : AccessExclusiveLock);
        } else if (nodeTag(statement) == pg::cluster_tag) {
            if (RangeVar const *const table = pg::cluster_table(statement))
                add(table, has_option(pg::cluster(statement)->params, "concurrently") ? ShareUpdateExclusiveLock
                                                                                      : AccessExclusiveLock);
        } else if (auto const *reindex = MIG_AS(ReindexStmt, statement)) {
            // The lock of the table only. The index has AccessExclusiveLock on itself, which reindex() (locks.cpp)
            // reports.
            LOCKMODE const mode = has_option(reindex->params, "concurrently") ? ShareUpdateExclusiveLock : ShareLock;
            if (reindex->kind == REINDEX_OBJECT_TABLE)
                add(reindex->relation, mode);
            else if (reindex->kind == REINDEX_OBJECT_INDEX)
                add(world_.find_index(reindex->relation).table, mode);
        } else if (auto const *vacuum = MIG_AS(VacuumStmt, statement)) {
            // ANALYZE has the same node and, by analyze_rel(), the same mode as VACUUM without FULL.
            LOCKMODE const mode = has_option(vacuum->options, "full") ? AccessExclusiveLock : ShareUpdateExclusiveLock;
            each<VacuumRelation>(vacuum->rels, [&](VacuumRelation const &target) {
                if (target.relation)
                    add(target.relation, mode);
            });
        }
    }

    World &world_;
    std::unordered_map<Table const *, std::size_t> positions_; // in `found`
};

} // namespace

// As AlterTableGetLockLevel() of tablecmds.c decides it. Go through it again for each new version of the server. A
// subcommand that is not listed here counts as AccessExclusiveLock: too strong a mode costs a false warning, too weak a
// one an outage that nobody was warned of.
LOCKMODE lock_of(AlterTableCmd const *command) {
    switch (command->subtype) {
    case AT_SetStatistics:
    case AT_ClusterOn:
    case AT_DropCluster:
    case AT_SetOptions:
    case AT_ResetOptions:
    case AT_ValidateConstraint:
    case AT_AttachPartition:
    case AT_DetachPartitionFinalize:
        return ShareUpdateExclusiveLock;
    case AT_DetachPartition:
        return MIG_AS(PartitionCmd, command->def)->concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock;
    case AT_EnableTrig:
    case AT_EnableAlwaysTrig:
    case AT_EnableReplicaTrig:
    case AT_EnableTrigAll:
    case AT_EnableTrigUser:
    case AT_DisableTrig:
    case AT_DisableTrigAll:
    case AT_DisableTrigUser:
        return ShareRowExclusiveLock;
    case AT_AddConstraint:
        return MIG_AS(Constraint, command->def)->contype == CONSTR_FOREIGN ? ShareRowExclusiveLock
                                                                           : AccessExclusiveLock;
    case AT_SetRelOptions:
    case AT_ResetRelOptions:
    case AT_ReplaceRelOptions: {
        // AlterTableGetRelOptionsLockLevel(): ShareUpdateExclusiveLock is enough for what only VACUUM, ANALYZE, the
        // planner and later insertions read, which is every option of a table but this one.
        List const *const options = reinterpret_cast<List const *>(command->def);
        return option_named(options, "user_catalog_table") ? AccessExclusiveLock : ShareUpdateExclusiveLock;
    }
    default:
        return AccessExclusiveLock;
    }
}

std::vector<StatementLock> locks_of(Node *statement, World &world) {
    Locks locks(world);
    locks.collect(statement);
    return std::move(locks.found);
}

const char *lock_mode_name(LOCKMODE mode) noexcept {
    switch (mode) {
    case AccessShareLock:
        return "AccessShareLock";
    case RowShareLock:
        return "RowShareLock";
    case RowExclusiveLock:
        return "RowExclusiveLock";
    case ShareUpdateExclusiveLock:
        return "ShareUpdateExclusiveLock";
    case ShareLock:
        return "ShareLock";
    case ShareRowExclusiveLock:
        return "ShareRowExclusiveLock";
    case ExclusiveLock:
        return "ExclusiveLock";
    default:
        return "AccessExclusiveLock";
    }
}

// By LockConflicts in storage/lmgr/lock.c: SELECT takes AccessShareLock, INSERT and the like take RowExclusiveLock.
const char *blocked_by(LOCKMODE mode) noexcept {
    return mode == AccessExclusiveLock ? "reads and writes" : mode >= ShareLock ? "writes" : "nothing but other DDL";
}

std::string command_of(Node *statement) {
    return pg::guarded([=] { return GetCommandTagName(CreateCommandTag(statement)); });
}

} // namespace mig::server::lint
