#include "lint/read/lock_modes.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "core/base/interruption.hpp"
#include "lint/read/parse_tree.hpp"
#include "lint/world/raw_tree.hpp"

#include <algorithm>
#include <unordered_map>

extern "C" {
#include "nodes/value.h"
#include "tcop/cmdtag.h"
#include "tcop/utility.h"
}

namespace mig::server::lint {

namespace {

class Locks {
  public:
    explicit Locks(World &world) : world_(world) {}

    void add(Relation *relation, LOCKMODE mode) {
        if (!relation || relation->is_new || relation->temporary)
            return;
        look_for_interrupts();
        auto const [known, anew] = places_.emplace(relation, taken.size());
        if (anew)
            taken.push_back({relation, mode});
        else
            taken[known->second].mode = std::max(taken[known->second].mode, mode);
    }
    void add(RangeVar const *name, LOCKMODE mode) { add(world_.find(name), mode); }

    void of(Node *statement);

    std::vector<TakenLock> taken;

  private:
    void of_constraint(::Constraint const *constraint) {
        if (constraint->contype == CONSTR_FOREIGN)
            add(constraint->pktable, ShareRowExclusiveLock);
    }
    void of_column(ColumnDef const *column) {
        ListCell *cell;
        foreach (cell, column->constraints)
            of_constraint(lfirst_node(::Constraint, cell));
    }
    void of_table(CreateStmt const *statement) {
        ListCell *cell;
        foreach (cell, statement->inhRelations)
            add(lfirst_node(RangeVar, cell), statement->partbound ? AccessExclusiveLock : ShareUpdateExclusiveLock);
        foreach (cell, statement->tableElts) {
            auto *element = static_cast<Node *>(lfirst(cell));
            if (IsA(element, ColumnDef))
                of_column(castNode(ColumnDef, element));
            else if (IsA(element, Constraint))
                of_constraint(castNode(::Constraint, element));
        }
        foreach (cell, statement->constraints)
            of_constraint(lfirst_node(::Constraint, cell));
    }
    void of_alter(AlterTableStmt const *statement) {
        if (statement->objtype == OBJECT_INDEX || statement->objtype == OBJECT_TYPE)
            return;
        LOCKMODE mode = NoLock;
        ListCell *cell;
        foreach (cell, statement->cmds) {
            auto const *command = lfirst_node(AlterTableCmd, cell);
            mode = std::max(mode, lock_of(command));
            of_part(statement, command);
        }
        add(statement->relation, mode);
    }
    void of_part(AlterTableStmt const *statement, AlterTableCmd const *command) {
        switch (command->subtype) {
        case AT_AddColumn:
            of_column(castNode(ColumnDef, command->def));
            break;
        case AT_AddConstraint:
            of_constraint(castNode(::Constraint, command->def));
            break;
        case AT_AttachPartition:
        case AT_DetachPartition:
            add(castNode(PartitionCmd, command->def)->name, AccessExclusiveLock);
            break;
        case AT_AddInherit:
        case AT_DropInherit:
            add(reinterpret_cast<RangeVar const *>(command->def), ShareUpdateExclusiveLock);
            break;
        case AT_DropConstraint:
            if (Relation *const table = world_.find(statement->relation))
                if (Constraint const *constraint = table->constraint(command->name))
                    if (constraint->type == 'f' && constraint->referenced)
                        add(world_.find(constraint->referenced), AccessExclusiveLock);
            break;
        case AT_ValidateConstraint:
            if (Relation *const table = world_.find(statement->relation))
                if (Constraint const *constraint = table->constraint(command->name))
                    if (constraint->type == 'f' && constraint->referenced)
                        add(world_.find(constraint->referenced), RowShareLock);
            break;
        default:
            break;
        }
    }
    void of_drop(DropStmt const *statement) {
        ListCell *cell;
        foreach (cell, statement->objects) {
            auto *object = static_cast<Node *>(lfirst(cell));
            switch (statement->removeType) {
            case OBJECT_TABLE:
            case OBJECT_VIEW:
            case OBJECT_MATVIEW:
            case OBJECT_FOREIGN_TABLE:
                of_dropped_table(world_.find(castNode(List, object)));
                break;
            case OBJECT_INDEX:
                if (World::OfIndex const index = world_.find_index(castNode(List, object)))
                    add(index.table, statement->concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock);
                break;
            case OBJECT_TRIGGER:
            case OBJECT_RULE:
            case OBJECT_POLICY: { // table, name
                List *names = castNode(List, object);
                std::vector<std::string> const parts = strings_of(names);
                if (parts.size() >= 2) {
                    RangeVar table{};
                    std::string schema = parts.size() > 2 ? parts[parts.size() - 3] : "",
                                name = parts[parts.size() - 2];
                    table.schemaname = schema.empty() ? nullptr : schema.data();
                    table.relname = name.data();
                    add(&table, AccessExclusiveLock);
                }
                break;
            }
            default:
                break;
            }
        }
    }
    void of_dropped_table(Relation *table) {
        add(table, AccessExclusiveLock);
        if (table)
            for (Constraint const &constraint : table->constraints)
                if (constraint.type == 'f' && constraint.referenced)
                    add(world_.find(constraint.referenced), AccessExclusiveLock);
    }
    static std::vector<std::string> strings_of(List *names) {
        std::vector<std::string> result;
        ListCell *cell;
        foreach (cell, names)
            if (IsA(lfirst(cell), String))
                result.emplace_back(strVal(lfirst(cell)));
        return result;
    }

    World &world_;
    std::unordered_map<Relation const *, std::size_t> places_; // in `taken`
};

void Locks::of(Node *statement) {
    ListCell *cell;
    switch (nodeTag(statement)) {
    case T_CreateStmt:
        of_table(castNode(CreateStmt, statement));
        break;
    case T_AlterTableStmt:
        of_alter(castNode(AlterTableStmt, statement));
        break;
    case T_IndexStmt:
        add(castNode(IndexStmt, statement)->relation,
            castNode(IndexStmt, statement)->concurrent ? ShareUpdateExclusiveLock : ShareLock);
        break;
    case T_DropStmt:
        of_drop(castNode(DropStmt, statement));
        break;
    case T_TruncateStmt:
        foreach (cell, castNode(TruncateStmt, statement)->relations)
            add(lfirst_node(RangeVar, cell), AccessExclusiveLock);
        break;
    case T_CreateTrigStmt:
        add(castNode(CreateTrigStmt, statement)->relation, ShareRowExclusiveLock);
        add(castNode(CreateTrigStmt, statement)->constrrel ? world_.find(castNode(CreateTrigStmt, statement)->constrrel)
                                                           : nullptr,
            ShareRowExclusiveLock);
        break;
    case T_RuleStmt:
        add(castNode(RuleStmt, statement)->relation, AccessExclusiveLock);
        break;
    case T_CreatePolicyStmt:
        add(castNode(CreatePolicyStmt, statement)->table, AccessExclusiveLock);
        break;
    case T_AlterPolicyStmt:
        add(castNode(AlterPolicyStmt, statement)->table, AccessExclusiveLock);
        break;
    case T_RenameStmt: {
        auto const *rename = castNode(RenameStmt, statement);
        if (rename->relation && rename->renameType != OBJECT_INDEX && rename->renameType != OBJECT_ATTRIBUTE)
            add(rename->relation, AccessExclusiveLock);
        break;
    }
    case T_AlterObjectSchemaStmt:
        if (RangeVar const *name = castNode(AlterObjectSchemaStmt, statement)->relation)
            add(name, AccessExclusiveLock);
        break;
    case T_ViewStmt:
        add(castNode(ViewStmt, statement)->view, AccessExclusiveLock);
        break;
    case T_LockStmt:
        foreach (cell, castNode(LockStmt, statement)->relations)
            add(lfirst_node(RangeVar, cell), castNode(LockStmt, statement)->mode);
        break;
    case T_RefreshMatViewStmt:
        add(castNode(RefreshMatViewStmt, statement)->relation,
            castNode(RefreshMatViewStmt, statement)->concurrent ? ExclusiveLock : AccessExclusiveLock);
        break;
    case pg::cluster_tag:
        if (pg::cluster_table(statement))
            add(pg::cluster_table(statement), has_option(pg::cluster(statement)->params, "concurrently")
                                                  ? ShareUpdateExclusiveLock
                                                  : AccessExclusiveLock);
        break;
    case T_ReindexStmt: {
        auto const *reindex = castNode(ReindexStmt, statement);
        LOCKMODE const mode = has_option(reindex->params, "concurrently") ? ShareUpdateExclusiveLock : ShareLock;
        if (reindex->kind == REINDEX_OBJECT_TABLE)
            add(reindex->relation, mode);
        else if (reindex->kind == REINDEX_OBJECT_INDEX)
            add(world_.find_index(reindex->relation).table, mode);
        break;
    }
    case T_VacuumStmt:
        foreach (cell, castNode(VacuumStmt, statement)->rels)
            if (RangeVar const *name = lfirst_node(VacuumRelation, cell)->relation)
                add(name, has_option(castNode(VacuumStmt, statement)->options, "full") ? AccessExclusiveLock
                                                                                       : ShareUpdateExclusiveLock);
        break;
    case T_CreateStatsStmt:
        foreach (cell, castNode(CreateStatsStmt, statement)->relations)
            if (IsA(lfirst(cell), RangeVar))
                add(lfirst_node(RangeVar, cell), ShareUpdateExclusiveLock);
        break;
    default:
        break;
    }
}

} // namespace

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
        return castNode(PartitionCmd, command->def)->concurrent ? ShareUpdateExclusiveLock : AccessExclusiveLock;
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
        return castNode(::Constraint, command->def)->contype == CONSTR_FOREIGN ? ShareRowExclusiveLock
                                                                               : AccessExclusiveLock;
    case AT_SetRelOptions:
    case AT_ResetRelOptions:
    case AT_ReplaceRelOptions: {
        // Those that only VACUUM, ANALYZE and the next insert look at; the rest is `user_catalog_table`.
        ListCell *cell;
        foreach (cell, castNode(List, command->def))
            if (strcmp(lfirst_node(DefElem, cell)->defname, "user_catalog_table") == 0)
                return AccessExclusiveLock;
        return ShareUpdateExclusiveLock;
    }
    default:
        return AccessExclusiveLock;
    }
}

std::vector<TakenLock> locks_of(Node *statement, World &world) {
    Locks locks(world);
    locks.of(statement);
    return std::move(locks.taken);
}

const char *word(LOCKMODE mode) noexcept {
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

const char *blocked_by(LOCKMODE mode) noexcept {
    return mode == AccessExclusiveLock ? "reads and writes" : mode >= ShareLock ? "writes" : "nothing but other DDL";
}

std::string command_of(Node *statement) {
    return pg::guarded([=] { return GetCommandTagName(CreateCommandTag(statement)); });
}

} // namespace mig::server::lint
