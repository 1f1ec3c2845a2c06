// Effects of ALTER TABLE, and of the column and constraint definitions that it shares with CREATE TABLE.
#include "core/base/interruption.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/world_overlay.hpp"
#include "server/parse/tree.hpp"

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

// RemoveAttributeById() and the dependencies on the column: indexes and constraints over several columns go with any of
// them.
void drop_column(Table &relation, std::string const &name) {
    relation.columns.erase(name);
    auto const uses_column = [&](auto const &part) { return has(part.columns, name); };
    relation.constraints.erase_if(uses_column);
    relation.indexes.erase_if(uses_column);
}

// As ChooseConstraintName() and ChooseIndexName() make it, but without the number that makes it unique and without
// truncation.
std::string default_name(Table const &relation, TableConstraint const &constraint) {
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

// The properties that a rule compares with the next type. Indexes and constraints stay: ALTER TYPE creates them again.
void alter_type(World &world, Column *column, AlterTableCmd const *command) {
    if (!column)
        return;
    TypeName const *const name = MIG_AS(ColumnDef, command->def)->typeName;
    DataType const type = world.type(name);
    column->type = type.oid;
    column->typmod = type.typmod;
    column->type_name = raw::type_text(world, name);
}

// ATTACH adds the partition's size to the parent's. DETACH does not subtract it: too large is the safer estimate.
void alter_partition(World &world, Table &relation, AlterTableCmd const *command, bool attached) {
    auto const *partition = MIG_AS(PartitionCmd, command->def);
    Table *const child = world.find(partition->name);
    relation.partitions += attached ? 1 : -1;
    if (!child)
        return;
    child->is_partition = attached;
    if (attached && partition->bound && partition->bound->is_default)
        relation.default_partition = child->oid;
    else if (!attached && child->oid && relation.default_partition == child->oid)
        relation.default_partition = 0;
    if (attached) {
        relation.rows += child->rows;
        relation.bytes += child->bytes;
    }
}

// Only the properties that rules ask for. Subcommands are applied in the order of the statement; the server orders them
// by passes (AT_PASS_*), which differs only where they depend on each other.
void alter(World &world, Table &relation, AlterTableCmd *command) {
    std::string const name = command->name ? command->name : ""; // of a column or a constraint
    Column *const column = relation.column(name);
    switch (command->subtype) {
    case AT_AddColumn:
        if (ColumnDef const *const added = added_column(*command))
            // Without IF NOT EXISTS a second column of the name makes the statement fail; what the World then has is of
            // no use.
            if (!command->missing_ok || !relation.column(added->colname))
                add_column(world, relation, *added);
        break;
    case AT_DropColumn:
        // Without CASCADE the statement fails if a view reads the column, so there is none to drop.
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
    // SET NOT NULL leaves the CHECK that has proven it; both are true afterwards.
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
        add_constraint(world, relation, *MIG_AS(Constraint, command->def));
        break;
    case AT_ValidateConstraint:
        if (TableConstraint *const constraint = relation.constraint(name))
            constraint->validated = constraint->newly_validated = true;
        break;
    // The columns of a primary key stay NOT NULL: nothing in ATExecDropConstraint() resets attnotnull.
    case AT_DropConstraint: // with its index, which has the same name
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
    // The letter is that of pg_class.relreplident. Which index becomes the identity is asked of pg_index when a rule
    // needs it.
    case AT_ReplicaIdentity:
        relation.replica_identity = MIG_AS(ReplicaIdentityStmt, command->def)->identity_type;
        break;
    case AT_SetLogged:
    case AT_SetUnLogged:
        relation.unlogged = command->subtype == AT_SetUnLogged;
        break;
    // Not DISABLE TRIGGER of single ones or of USER, which may stop a constraint trigger: its check then seems to wait,
    // a false alarm at most.
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

void drop_index(Table &relation, std::string const &name) { relation.indexes.erase(name); }

// A CHECK's stored expression needs no change, as it has the number of the column; only names are replaced here.
void rename_column(Table &relation, const char *from, const char *to) {
    if (Column *const column = relation.column(from))
        relation.columns.rename(*column, to);
    auto const replace = [&](std::vector<std::string> &names) {
        std::replace(names.begin(), names.end(), std::string(from), std::string(to));
    };
    for (TableConstraint &constraint : relation.constraints) {
        replace(constraint.columns);
        replace(constraint.proves_not_null);
    }
    for (TableIndex &index : relation.indexes)
        replace(index.columns);
    for (DeferrableCheck &check : relation.deferrable)
        replace(check.columns);
}

// The old name is kept as null: in the catalog it still belongs to the relation.
void move_to_schema(World &world, Table &relation, const char *schema) {
    auto &by_name = world.contents().by_name;
    by_name[{relation.schema, relation.name}] = nullptr;
    relation.schema = schema;
    by_name[{relation.schema, relation.name}] = &relation;
}

void add_column(World &world, Table &relation, ColumnDef const &definition) {
    Column column;
    column.name = definition.colname;
    column.is_new = true;
    if (definition.typeName) {
        DataType const type = world.type(definition.typeName);
        column.type = type.oid;
        column.typmod = type.typmod;
        column.type_name = raw::type_text(world, definition.typeName);
        // transformColumnDefinition() makes serial a DEFAULT and a NOT NULL.
        column.has_default = column.not_null = raw::is_serial(definition.typeName);
    }
    relation.columns.push_back(std::move(column));
    for (int i = 0; i < list_length(definition.constraints); ++i) {
        auto const at = [&](int position) {
            return static_cast<Constraint const *>(list_nth(definition.constraints, position));
        };
        Constraint constraint = *at(i);
        // DEFERRABLE and INITIALLY DEFERRED of a column constraint are separate nodes that follow it in the list
        // (transformConstraintAttrs()).
        for (int next = i + 1; next < list_length(definition.constraints); ++next) {
            ConstrType const type = at(next)->contype;
            if (type != CONSTR_ATTR_DEFERRABLE && type != CONSTR_ATTR_DEFERRED)
                break;
            constraint.deferrable = true;
            constraint.initdeferred |= type == CONSTR_ATTR_DEFERRED;
        }
        add_constraint(world, relation, constraint, definition.colname);
    }
}

namespace {

// The constraints that are properties of their column, as NOT NULL and DEFAULT; false: it is of another kind.
// DEFERRABLE and the like, which the grammar makes constraints of their own, are of another kind, and add_constraint()
// ignores them.
bool add_to_column(Column *column, ConstrType type) {
    if (type != CONSTR_NOTNULL && type != CONSTR_DEFAULT && type != CONSTR_IDENTITY && type != CONSTR_GENERATED)
        return false;
    if (!column)
        return true;
    // An identity column is NOT NULL without saying so (transformColumnDefinition()).
    column->not_null |= type == CONSTR_NOTNULL || type == CONSTR_IDENTITY;
    column->has_default |= type == CONSTR_DEFAULT;
    column->identity |= type == CONSTR_IDENTITY;
    column->generated |= type == CONSTR_GENERATED;
    return true;
}

// A foreign key creates triggers on both tables. Where the World knows no referenced table the statement will fail, as
// it will say: the key is noted all the same.
void add_reference(World &world, Table &table, Constraint const &definition, TableConstraint &key) {
    if (Table *const referenced = world.find(definition.pktable)) {
        key.referenced = referenced->oid;
        referenced->has_triggers = true;
    }
    table.has_triggers = true;
}

// USING INDEX: the index becomes the constraint's and is renamed after it (ATExecAddIndexConstraint()).
void use_index(Table &table, Constraint const &definition, TableConstraint &key) {
    TableIndex *const existing = table.index(definition.indexname);
    if (!existing)
        return;
    key.columns = existing->columns;
    existing->of_constraint = true;
    existing->primary = key.type == 'p';
    if (definition.conname)
        table.indexes.rename(*existing, definition.conname);
}

// Under the constraint's name, as index_create() makes it. That an exclusion holds is not pg_index.indisunique.
void build_index(World &world, Table &table, TableConstraint const &key) {
    TableIndex index;
    index.name = key.name;
    index.columns = key.columns;
    index.unique = key.type != 'x';
    index.primary = key.type == 'p';
    index.of_constraint = index.is_new = true;
    world.contents().new_indexes[{table.schema, index.name}] = {&table, index.name};
    table.indexes.push_back(std::move(index));
}

} // namespace

// Columns first: the default name is made of them, and USING INDEX takes them from the index. Then the name, after
// which the deferred check and the index are called.
void add_constraint(World &world, Table &table, Constraint const &definition, const char *of_column) {
    if (add_to_column(of_column ? table.column(of_column) : nullptr, definition.contype))
        return;
    TableConstraint constraint;
    constraint.is_new = true;
    constraint.validated = !definition.skip_validation || table.is_new; // a new table has nothing to validate
    constraint.deferrable = definition.deferrable;
    switch (definition.contype) {
    case CONSTR_CHECK:
        constraint.type = 'c';
        constraint.columns = raw::columns_of(definition.raw_expr);
        constraint.proves_not_null = raw::not_null_columns(definition.raw_expr);
        break;
    case CONSTR_FOREIGN:
        constraint.type = 'f';
        constraint.columns = strings(definition.fk_attrs);
        add_reference(world, table, definition, constraint);
        break;
    case CONSTR_PRIMARY:
    case CONSTR_UNIQUE:
        constraint.type = definition.contype == CONSTR_PRIMARY ? 'p' : 'u';
        constraint.columns = strings(definition.keys);
        break;
    case CONSTR_EXCLUSION:
        constraint.type = 'x';
        break;
    default:
        return;
    }
    bool const has_index = constraint.type == 'p' || constraint.type == 'u' || constraint.type == 'x';
    // A column constraint is without a list of columns: UNIQUE, REFERENCES t.
    if (constraint.columns.empty() && of_column)
        constraint.columns.emplace_back(of_column);
    if (definition.indexname)
        use_index(table, definition, constraint);
    constraint.name = definition.conname     ? definition.conname
                      : definition.indexname ? definition.indexname
                                             : default_name(table, constraint);
    if (definition.deferrable)
        add_checks(world, table, constraint, definition);
    if (constraint.type == 'p')
        for (std::string const &name : constraint.columns)
            if (Column *const column = table.column(name))
                column->not_null = true;
    if (has_index && !definition.indexname)
        build_index(world, table, constraint);
    table.constraints.push_back(std::move(constraint));
}

void alter(World &world, AlterTableStmt const *statement) {
    if (Table *const table = world.find(statement->relation))
        each<AlterTableCmd>(statement->cmds, [&](AlterTableCmd &command) { alter(world, *table, &command); });
}

} // namespace mig::server::lint::overlay
