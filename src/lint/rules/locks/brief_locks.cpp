// What changes only the catalog, under AccessExclusiveLock (AlterTableGetLockLevel() for ALTER TABLE, the manual's page
// of each for the others): the change is instant, the wait for the lock and the time until commit need not be. One
// severity for all of it, info, also where other rules report such a lock: partitions.cpp, and locks.cpp on referenced
// tables. Only DROP INDEX is a warning (locks.cpp), as CONCURRENTLY does the same without the lock, at no cost.
#include "lint/read/leading_columns.hpp"
#include "lint/read/lock_modes.hpp"
#include "lint/read/type_change.hpp"
#include "lint/rules/locks/rewrites.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"

#include <algorithm>

namespace mig::server::lint {

namespace {

bool proven_not_null(Table &table, std::string_view name) {
    Column const *const column = table.column(name);
    return column && (column->not_null || table.proof_of_not_null(name));
}

// Without reading the table: what a new column needs is reported by rules about rewrites and scans.
bool adds_instantly(World &world, ColumnDef const &column) {
    return column.typeName && !rewrites_table(world, &column) && !has_constraint(column, CONSTR_CHECK) &&
           !has_constraint(column, CONSTR_PRIMARY) && !has_constraint(column, CONSTR_UNIQUE) &&
           !(has_constraint(column, CONSTR_FOREIGN) && has_constraint(column, CONSTR_DEFAULT));
}

bool adds_instantly(Table &table, Constraint const &constraint) {
    if (constraint.skip_validation)
        return true;
    if (!constraint.indexname)
        return false;
    TableIndex const *const index = table.index(constraint.indexname);
    return constraint.contype == CONSTR_UNIQUE ||
           (index && std::all_of(index->columns.begin(), index->columns.end(),
                                 [&](std::string const &name) { return proven_not_null(table, name); }));
}

bool changes_type_only(World &world, Table &table, AlterTableCmd const &command) {
    TypeChange const change = type_change(world, table, &command);
    return change.effect == TypeChange::Effect::none && change.rebuilt.empty() && change.rechecked.empty();
}

bool is_brief(World &world, Table &table, AlterTableCmd const &command) {
    switch (command.subtype) {
    case AT_AddColumn:
        return adds_instantly(world, *MIG_AS(ColumnDef, command.def));
    case AT_AddConstraint:
        return adds_instantly(table, *MIG_AS(Constraint, command.def));
    case AT_SetNotNull:
        return proven_not_null(table, command.name);
    case AT_AlterColumnType:
        return changes_type_only(world, table, command);
    case AT_ChangeOwner:
    case AT_EnableRowSecurity:
    case AT_DisableRowSecurity:
    case AT_ForceRowSecurity:
    case AT_NoForceRowSecurity:
    case AT_ReplicaIdentity:
    case AT_DropConstraint:
    case AT_EnableRule:
    case AT_DisableRule:
    case AT_ColumnDefault:
    case AT_DropNotNull:
    case AT_DropColumn:
    case AT_DropExpression:
    case AT_SetStorage:
    case AT_SetCompression:
    case AT_AddIdentity:
    case AT_SetIdentity:
    case AT_DropIdentity:
    case AT_AlterConstraint:
    case AT_AddInherit:
    case AT_DropInherit:
    case AT_AddOf:
    case AT_DropOf:
        return true;
    case AT_DetachPartition:
    case AT_DetachPartitionFinalize:
    case AT_ValidateConstraint:
    case AT_AttachPartition: // and DETACH, which have rules of their own
        return false;
    default:
        return lock_of(&command) < ShareLock; // beside another subcommand, which then decides
    }
}

bool is_brief(World &world, Node const *statement) {
    switch (nodeTag(statement)) {
    case T_RenameStmt:
    case T_AlterObjectSchemaStmt:
    case T_CreatePolicyStmt:
    case T_AlterPolicyStmt:
    case T_RuleStmt:
        return true;
    case T_DropStmt: {
        ObjectType const type = MIG_AS(DropStmt, statement)->removeType;
        return type == OBJECT_TRIGGER || type == OBJECT_POLICY || type == OBJECT_RULE;
    }
    case T_AlterTableStmt: {
        auto const *alter = MIG_AS(AlterTableStmt, statement);
        Table *const table = alter->objtype == OBJECT_TABLE ? world.find(alter->relation) : nullptr;
        return table && !table->small() && !any<AlterTableCmd>(alter->cmds, [&](AlterTableCmd const &command) {
                   return !is_brief(world, *table, command);
               });
    }
    default:
        return false;
    }
}

} // namespace

void brief_exclusive_lock(Subject const &subject, Report &report) {
    if (!is_brief(subject.world, subject.node))
        return;
    for (StatementLock const &lock : locks_of(subject.node, subject.world))
        if (lock.mode == AccessExclusiveLock && !lock.relation->small() && lock.relation->is_table() &&
            subject.first_time("brief " + lock.relation->qualified())) {
            report.add(Severity::info,
                       command_of(subject.node) + " takes AccessExclusiveLock on " + lock.relation->label() +
                           ", for a moment: reads and writes queue behind it while it waits, and until commit",
                       "A short migrator.lock_timeout, and nothing that takes long after it in the same transaction.");
            return;
        }
}

} // namespace mig::server::lint
