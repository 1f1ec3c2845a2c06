// What ALTER TABLE will have done.
#include "core/base/interruption.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/world_overlay.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_class.h"
#include "nodes/value.h"
}

namespace mig::server::lint::overlay {

namespace {

bool has(std::vector<std::string> const &names, std::string const &name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void drop_column(Relation &relation, std::string const &name) {
    relation.columns.erase(name);
    auto const of_column = [&](auto const &one) { return has(one.columns, name); };
    relation.constraints.erase_if(of_column);
    relation.indexes.erase_if(of_column);
}

// As the server would name it, but for the number that makes it unique.
std::string default_name(Relation const &relation, Constraint const &constraint) {
    std::string name = relation.name;
    if (constraint.type == 'p')
        return name + "_pkey";
    for (std::string const &column : constraint.columns)
        name += "_" + column;
    switch (constraint.type) {
    case 'c':
        return name + "_check";
    case 'f':
        return name + "_fkey";
    case 'u':
        return name + "_key";
    default:
        return name + "_excl";
    }
}

void alter_type(World &world, Column *column, AlterTableCmd const *command) {
    if (!column)
        return;
    TypeName const *const name = castNode(ColumnDef, command->def)->typeName;
    Type const type = world.type(name);
    column->type = type.oid;
    column->typmod = type.typmod;
    column->type_name = raw::type_text(world, name);
}

void alter_partition(World &world, Relation &relation, AlterTableCmd const *command, bool attached) {
    auto const *part = castNode(PartitionCmd, command->def);
    Relation *const child = world.find(part->name);
    relation.partitions += attached ? 1 : -1;
    if (!child)
        return;
    child->is_partition = attached;
    if (attached && part->bound && part->bound->is_default)
        relation.default_partition = child->oid;
    else if (!attached && child->oid && relation.default_partition == child->oid)
        relation.default_partition = 0;
    if (attached) {
        relation.rows += child->rows;
        relation.bytes += child->bytes;
    }
}

void alter(World &world, Relation &relation, AlterTableCmd *command) {
    std::string const name = command->name ? command->name : ""; // of a column or a constraint
    Column *const column = relation.column(name);
    switch (command->subtype) {
    case AT_AddColumn:
        if (!command->missing_ok || !relation.column(castNode(ColumnDef, command->def)->colname))
            add_column(world, relation, castNode(ColumnDef, command->def));
        break;
    case AT_DropColumn:
        if (column && column->number != 0 && command->behavior == DROP_CASCADE)
            drop_views_of(world, relation, column->number);
        drop_column(relation, name);
        break;
    case AT_ColumnDefault:
        if (column) {
            column->has_default = command->def != nullptr;
            column->default_is_new = true;
        }
        break;
    case AT_SetNotNull:
    case AT_DropNotNull:
        if (column)
            column->not_null = command->subtype == AT_SetNotNull;
        break;
    case AT_AlterColumnType:
        alter_type(world, column, command);
        break;
    case AT_AddIdentity:
    case AT_DropIdentity:
        if (column)
            column->identity = command->subtype == AT_AddIdentity;
        break;
    case AT_DropExpression:
        if (column)
            column->generated = false;
        break;
    case AT_AddConstraint:
        add_constraint(world, relation, castNode(::Constraint, command->def));
        break;
    case AT_ValidateConstraint:
        if (Constraint *const constraint = relation.constraint(name))
            constraint->validated = constraint->validated_anew = true;
        break;
    case AT_DropConstraint:
        relation.constraints.erase(name);
        drop_checks(relation, name);
        drop_index(relation, name);
        break;
    case AT_AlterConstraint:
        alter_constraint(world, relation, pg::new_deferrability(command->def));
        break;
    case AT_EnableRowSecurity:
    case AT_DisableRowSecurity:
        relation.row_security = command->subtype == AT_EnableRowSecurity;
        break;
    case AT_ForceRowSecurity:
    case AT_NoForceRowSecurity:
        relation.force_row_security = command->subtype == AT_ForceRowSecurity;
        break;
    case AT_ReplicaIdentity:
        relation.replica_identity = castNode(ReplicaIdentityStmt, command->def)->identity_type;
        break;
    case AT_SetLogged:
    case AT_SetUnLogged:
        relation.unlogged = command->subtype == AT_SetUnLogged;
        break;
    case AT_DisableTrigAll:
    case AT_EnableTrigAll:
        relation.triggers_disabled = command->subtype == AT_DisableTrigAll;
        break;
    case AT_AttachPartition:
        alter_partition(world, relation, command, true);
        break;
    case AT_DetachPartition:
        alter_partition(world, relation, command, false);
        break;
    default:
        break;
    }
}

} // namespace

void drop_index(Relation &relation, std::string const &name) { relation.indexes.erase(name); }

void rename_column(Relation &relation, const char *from, const char *to) {
    if (Column *const column = relation.column(from))
        relation.columns.rename(*column, to);
    auto const replace = [&](std::vector<std::string> &names) {
        std::replace(names.begin(), names.end(), std::string(from), std::string(to));
    };
    for (Constraint &constraint : relation.constraints) {
        replace(constraint.columns);
        replace(constraint.proves_not_null);
    }
    for (Index &index : relation.indexes)
        replace(index.columns);
    for (DeferrableCheck &check : relation.deferrable)
        replace(check.columns);
}

void move(World &world, Relation &relation, const char *schema) {
    auto &names = world.contents().by_name;
    names[{relation.schema, relation.name}] = nullptr;
    relation.schema = schema;
    names[{relation.schema, relation.name}] = &relation;
}

void add_column(World &world, Relation &relation, ColumnDef *definition) {
    Column column;
    column.name = definition->colname;
    column.is_new = true;
    if (definition->typeName) {
        Type const type = world.type(definition->typeName);
        column.type = type.oid;
        column.typmod = type.typmod;
        column.type_name = raw::type_text(world, definition->typeName);
        column.has_default = column.not_null = raw::is_serial(definition->typeName);
    }
    relation.columns.push_back(std::move(column));
    ListCell *cell;
    foreach (cell, definition->constraints) {
        ::Constraint constraint = *lfirst_node(::Constraint, cell);
        // Of a column, DEFERRABLE INITIALLY DEFERRED are nodes behind the one that they are said of.
        for (int next = foreach_current_index(cell) + 1; next < list_length(definition->constraints); ++next) {
            ConstrType const type = list_nth_node(::Constraint, definition->constraints, next)->contype;
            if (type != CONSTR_ATTR_DEFERRABLE && type != CONSTR_ATTR_DEFERRED)
                break;
            constraint.deferrable = true;
            constraint.initdeferred |= type == CONSTR_ATTR_DEFERRED;
        }
        add_constraint(world, relation, &constraint, definition->colname);
    }
}

void add_constraint(World &world, Relation &relation, ::Constraint const *definition, const char *of_column) {
    Column *const column = of_column ? relation.column(of_column) : nullptr;
    Constraint constraint;
    constraint.is_new = true;
    constraint.validated = !definition->skip_validation || relation.is_new;
    constraint.deferrable = definition->deferrable;
    bool index = false;
    switch (definition->contype) {
    case CONSTR_NOTNULL:
        if (column)
            column->not_null = true;
        return;
    case CONSTR_DEFAULT:
        if (column)
            column->has_default = true;
        return;
    case CONSTR_IDENTITY:
        if (column)
            column->identity = column->not_null = true;
        return;
    case CONSTR_GENERATED:
        if (column)
            column->generated = true;
        return;
    case CONSTR_CHECK:
        constraint.type = 'c';
        constraint.columns = raw::columns_of(definition->raw_expr);
        constraint.proves_not_null = raw::not_null_columns(definition->raw_expr);
        break;
    case CONSTR_FOREIGN:
        constraint.type = 'f';
        constraint.columns = strings(definition->fk_attrs);
        if (Relation *const referenced = world.find(definition->pktable)) {
            constraint.referenced = referenced->oid;
            referenced->has_triggers = true;
        }
        relation.has_triggers = true;
        break;
    case CONSTR_PRIMARY:
    case CONSTR_UNIQUE:
        constraint.type = definition->contype == CONSTR_PRIMARY ? 'p' : 'u';
        constraint.columns = strings(definition->keys);
        index = true;
        break;
    case CONSTR_EXCLUSION:
        constraint.type = 'x';
        index = true;
        break;
    default:
        return;
    }
    if (constraint.columns.empty() && of_column)
        constraint.columns.emplace_back(of_column);
    if (definition->indexname) {
        if (Index *const existing = relation.index(definition->indexname)) {
            constraint.columns = existing->columns;
            existing->of_constraint = true;
            existing->primary = constraint.type == 'p';
            if (definition->conname)
                relation.indexes.rename(*existing, definition->conname); // as the server does
        }
        index = false;
    }
    constraint.name = definition->conname     ? definition->conname
                      : definition->indexname ? definition->indexname
                                              : default_name(relation, constraint);
    if (definition->deferrable)
        add_checks(world, relation, constraint, *definition);
    if (constraint.type == 'p')
        for (std::string const &key : constraint.columns)
            if (Column *const part = relation.column(key))
                part->not_null = true;
    if (index) {
        Index made;
        made.name = constraint.name;
        made.columns = constraint.columns;
        made.unique = constraint.type != 'x';
        made.primary = constraint.type == 'p';
        made.of_constraint = made.is_new = true;
        world.contents().new_indexes[{relation.schema, made.name}] = {&relation, made.name};
        relation.indexes.push_back(std::move(made));
    }
    relation.constraints.push_back(std::move(constraint));
}

void alter(World &world, AlterTableStmt const *statement) {
    Relation *const relation = world.find(statement->relation);
    if (!relation)
        return;
    ListCell *cell;
    foreach (cell, statement->cmds) {
        look_for_interrupts();
        alter(world, *relation, lfirst_node(AlterTableCmd, cell));
    }
}

} // namespace mig::server::lint::overlay
