// Tables, and what belongs to them: columns, constraints, indexes, statistics.
#include "inventory/reading.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

namespace mig::server {

using Id = Inventory::Id;

namespace {

std::string underscored(std::vector<std::string> const &names) {
    std::string text;
    for (std::string const &name : names)
        text += (text.empty() ? "" : "_") + name;
    return text;
}

std::vector<std::string> columns_of_index(List const *elements) {
    std::vector<std::string> columns;
    each<IndexElem>(elements, [&](IndexElem const &element) {
        columns.emplace_back(element.indexcolname ? element.indexcolname : element.name ? element.name : "expr");
    });
    return columns;
}

// PODs only: the walker runs in a guarded frame. Of more functions than that the rest is left out.
struct Functions {
    const char *names[32];
    int count;
};

bool collect_functions(Node *node, void *context) {
    if (!node)
        return false;
    auto *functions = static_cast<Functions *>(context);
    auto const *call = MIG_AS(FuncCall, node);
    if (call && functions->count < 32)
        functions->names[functions->count++] = last_name(call->funcname);
    return pg::walk_raw_expression(node, collect_functions, context);
}

std::vector<std::string> functions_of(Node *expression) {
    Functions found{};
    Functions *const functions = &found;
    pg::guarded([=] { (void) collect_functions(expression, functions); });
    return {found.names, found.names + found.count};
}

// What the server calls it, pg_constraint.contype, and the label in the name that it chooses. None: it is no object.
struct ConstraintKind {
    char type;
    const char *label;
};
std::optional<ConstraintKind> kind_of_constraint(ConstrType type) {
    switch (type) {
    case CONSTR_PRIMARY:
        return ConstraintKind{'p', "pkey"};
    case CONSTR_UNIQUE:
        return ConstraintKind{'u', "key"};
    case CONSTR_EXCLUSION:
        return ConstraintKind{'x', "excl"};
    case CONSTR_CHECK:
        return ConstraintKind{'c', "check"};
    case CONSTR_FOREIGN:
        return ConstraintKind{'f', "fkey"};
    default:
        return std::nullopt;
    }
}

std::vector<std::string> columns_of_constraint(Constraint const &constraint, const char *column) {
    switch (constraint.contype) {
    case CONSTR_CHECK: {
        std::vector<std::string> columns = lint::raw::columns_of(constraint.raw_expr);
        if (columns.empty() && column)
            columns.emplace_back(column);
        return columns;
    }
    case CONSTR_EXCLUSION: {
        std::vector<std::string> columns;
        each<List>(constraint.exclusions, [&](List const &pair) {
            auto const *element = static_cast<IndexElem const *>(linitial(&pair));
            columns.emplace_back(element->name ? element->name : "expr");
        });
        return columns;
    }
    default: {
        List const *const keys = constraint.contype == CONSTR_FOREIGN ? constraint.fk_attrs : constraint.keys;
        return keys || !column ? strings(keys) : std::vector<std::string>{column};
    }
    }
}

} // namespace

void Reading::create_table(CreateStmt const &statement, ObjectKind kind) {
    Place const place = to_create(statement.relation);
    if (statement.if_not_exists) // what has the name stays as it is
        if (Id const known = inventory_.find(kind, place.schema, place.name);
            known != Inventory::none && inventory_[known].created && inventory_.certain(inventory_[known]))
            return;
    Id const table = inventory_.add(kind, place.schema, place.name);
    keys_.clear();
    if (statement.ofTypename)
        inventory_.edit(table).any_parts = true;
    each<RangeVar>(statement.inhRelations, [&](RangeVar const &name) {
        Id const parent = relation(&name);
        if (statement.partbound)
            attach(parent, table);
        else
            inventory_.inherit(table, parent);
        inventory_.mention(table, name.relname);
    });
    each<Node>(statement.tableElts, [&](Node const &element) {
        if (auto const *column = MIG_AS(ColumnDef, &element))
            add_column(table, *column);
        else if (MIG_AS(TableLikeClause, &element))
            inventory_.edit(table).any_parts = true;
    });
    each<Node>(statement.tableElts, [&](Node const &element) {
        if (auto const *constraint = MIG_AS(Constraint, &element))
            add_constraint(table, *constraint, nullptr);
    });
    each<Constraint>(statement.constraints,
                     [&](Constraint const &constraint) { add_constraint(table, constraint, nullptr); });
    keys_.clear();
}

void Reading::attach(Id whole, Id part) {
    inventory_.inherit(part, whole);
    inventory_.edit(part).partition_of = whole;
}

void Reading::add_column(Id table, ColumnDef const &column) {
    Id const id = inventory_.add_part(ObjectKind::column, table, column.colname);
    if (column.typeName)
        if (const char *const type = last_name(column.typeName->names); *type)
            inventory_.mention(id, type);
    each<Constraint>(column.constraints, [&](Constraint const &constraint) {
        add_constraint(table, constraint, column.colname);
        if (constraint.contype == CONSTR_GENERATED)
            for (std::string const &function : functions_of(constraint.raw_expr))
                inventory_.mention(id, function);
    });
}

// A PRIMARY KEY and a UNIQUE of the same columns, in one CREATE TABLE and without names, are one
// (transformIndexConstraints()).
void Reading::add_constraint(Id table, Constraint const &constraint, const char *column) {
    std::optional<ConstraintKind> const kind = kind_of_constraint(constraint.contype);
    if (!kind)
        return;
    bool const has_index = kind->type == 'p' || kind->type == 'u' || kind->type == 'x';
    std::string name = constraint.conname ? constraint.conname : "";
    std::string const schema =
        inventory_[table].schema == Inventory::none ? "" : inventory_.schema_name(inventory_[table].schema);
    if (constraint.indexname) { // USING INDEX: it becomes that of the constraint, and gets its name
        if (name.empty())
            name = constraint.indexname;
        if (Id const index = inventory_.find(ObjectKind::index, schema, constraint.indexname); index != Inventory::none)
            inventory_.drop(index, false);
    }
    std::vector<std::string> const columns = columns_of_constraint(constraint, column);
    bool const named = !name.empty();
    if (kind->type == 'p' || kind->type == 'u') {
        auto const same = keys_.find(underscored(columns));
        if (same != keys_.end() && !(named && inventory_[same->second].named)) {
            if (named)
                inventory_.rename(same->second, name);
            inventory_.edit(same->second).type = kind->type == 'p' ? 'p' : inventory_[same->second].type;
            return;
        }
    }
    if (!named)
        name = inventory_.chosen_name(
            ObjectKind::constraint, table,
            kind->type == 'p' || (kind->type == 'c' && columns.size() != 1) ? "" : underscored(columns), kind->label);
    Id const id = inventory_.add_part(ObjectKind::constraint, table, name);
    Inventory::Object &object = inventory_.edit(id);
    object.named = named;
    object.type = name_space(inventory_[table].kind) == ObjectKind::type ? 't' : kind->type;
    if (has_index)
        inventory_.add_index_name(id);
    if (kind->type == 'p' || kind->type == 'u')
        keys_.emplace(underscored(columns), id);
    for (std::string const &one : columns)
        if (Id const part = inventory_.find_part(ObjectKind::column, table, one); part != Inventory::none)
            inventory_.depend(id, part);
    if (constraint.pktable)
        inventory_.mention(id, constraint.pktable->relname);
    if (constraint.raw_expr)
        for (std::string const &function : functions_of(constraint.raw_expr))
            inventory_.mention(id, function);
}

// It is in the schema of its table, whatever search_path says (DefineIndex()).
void Reading::create_index(IndexStmt const &statement) {
    Id const table = relation(statement.relation);
    std::vector<std::string> const columns = columns_of_index(statement.indexParams);
    std::string const name = statement.idxname
                                 ? statement.idxname
                                 : inventory_.chosen_name(ObjectKind::index, table, underscored(columns), "idx");
    Id const id = inventory_.add(ObjectKind::index, inventory_.schema_name(inventory_[table].schema), name);
    Inventory::Object &object = inventory_.edit(id);
    if (object.kind != ObjectKind::index || (object.parent != Inventory::none && object.parent != table))
        return;
    if (object.parent == Inventory::none)
        inventory_.depend(id, table);
    object.parent = table;
    object.named = statement.idxname != nullptr;
    object.type = 'i';
    if (!inventory_[table].created)
        inventory_.doubt(id); // the schema is a guess
    mention_words(id);
    std::vector<std::string> used = columns;
    each<IndexElem>(statement.indexParams, [&](IndexElem const &element) {
        for (std::string &one : lint::raw::columns_of(element.expr))
            used.push_back(std::move(one));
    });
    each<IndexElem>(statement.indexIncludingParams, [&](IndexElem const &element) {
        if (element.name)
            used.emplace_back(element.name);
    });
    for (std::string &one : lint::raw::columns_of(statement.whereClause))
        used.push_back(std::move(one));
    for (std::string const &one : used)
        if (Id const part = inventory_.find_part(ObjectKind::column, table, one); part != Inventory::none)
            inventory_.depend(id, part);
}

// Without a name they are in the schema of the table.
void Reading::create_statistics(CreateStatsStmt const &statement) {
    auto const *table =
        statement.relations ? MIG_AS(RangeVar, static_cast<Node *>(linitial(statement.relations))) : nullptr;
    if (!table)
        return;
    Id const on = relation(table);
    std::string name;
    if (!statement.defnames) {
        std::vector<std::string> columns;
        each<StatsElem>(statement.exprs,
                        [&](StatsElem const &element) { columns.emplace_back(element.name ? element.name : "expr"); });
        name = inventory_.chosen_name(ObjectKind::statistics, on, underscored(columns), "stat");
    }
    Place const place =
        statement.defnames ? to_create(statement.defnames) : Place{inventory_.schema_name(inventory_[on].schema), name};
    Id const id = inventory_.add(ObjectKind::statistics, place.schema, place.name);
    Inventory::Object &object = inventory_.edit(id);
    if (object.parent == Inventory::none)
        inventory_.depend(id, on);
    object.parent = on;
    object.named = statement.defnames != NIL;
    object.type = 's';
    each<StatsElem>(statement.exprs, [&](StatsElem const &element) {
        Id const part = element.name ? inventory_.find_part(ObjectKind::column, on, element.name) : Inventory::none;
        if (part != Inventory::none)
            inventory_.depend(id, part);
    });
}

// --- ALTER TABLE -----------------------------------------------------------------------------------------------------

void Reading::alter_table(AlterTableStmt const &statement) {
    if (statement.objtype == OBJECT_TYPE) { // of a composite type
        std::vector<std::string> names;
        if (statement.relation->schemaname)
            names.emplace_back(statement.relation->schemaname);
        names.emplace_back(statement.relation->relname);
        Id const id = find(ObjectKind::type, names);
        if (id != Inventory::none)
            each<AlterTableCmd>(statement.cmds, [&](AlterTableCmd const &command) { alter(id, command); });
        return;
    }
    Id const table = relation(statement.relation);
    each<AlterTableCmd>(statement.cmds, [&](AlterTableCmd const &command) { alter(table, command); });
}

void Reading::alter(Id table, AlterTableCmd const &command) {
    bool const cascade = command.behavior == DROP_CASCADE;
    switch (command.subtype) {
    case AT_AddColumn:
        if (ColumnDef const *const column = added_column(command))
            if (!command.missing_ok ||
                inventory_.find_part(ObjectKind::column, table, column->colname) == Inventory::none)
                add_column(table, *column);
        break;
    case AT_AddConstraint:
        if (Constraint const *const constraint = added_constraint(command))
            add_constraint(table, *constraint, nullptr);
        break;
    case AT_DropColumn:
        drop_column(table, command.name, cascade);
        break;
    case AT_DropConstraint:
        drop_constraint(table, command.name, cascade);
        break;
    case AT_AttachPartition: {
        Id const part = find(castNode(PartitionCmd, command.def)->name);
        if (part != Inventory::none)
            attach(table, part);
        break;
    }
    case AT_DetachPartition: {
        Id const part = find(castNode(PartitionCmd, command.def)->name);
        if (part != Inventory::none)
            inventory_.leave(part);
        break;
    }
    case AT_AddInherit:
        inventory_.inherit(table, relation(castNode(RangeVar, command.def)));
        break;
    case AT_DropInherit:
        inventory_.leave(table);
        break;
    case AT_AddOf:
        inventory_.edit(table).any_parts = true;
        break;
    default:
        break;
    }
    keys_.clear();
}

// Of a partition it goes as well; of another child it may have been its own, and then stays.
void Reading::drop_column(Id table, const char *name, bool cascade) {
    std::vector<Id> tables{table};
    while (!tables.empty()) {
        check_for_interrupts();
        Id const one = tables.back();
        tables.pop_back();
        Id const column = inventory_.find_part(ObjectKind::column, one, name);
        if (column != Inventory::none) {
            if (one == table || inventory_[one].partition_of != Inventory::none)
                inventory_.drop(column, cascade);
            else
                inventory_.doubt(column);
        }
        for (Id const child : inventory_.children(one))
            tables.push_back(child);
    }
}

void Reading::drop_constraint(Id table, const char *name, bool cascade) {
    std::vector<Id> tables{table};
    while (!tables.empty()) {
        check_for_interrupts();
        Id const one = tables.back();
        tables.pop_back();
        Id const constraint = inventory_.find_part(ObjectKind::constraint, one, name);
        if (constraint != Inventory::none && one == table)
            inventory_.drop(constraint, cascade);
        else if (constraint != Inventory::none)
            inventory_.doubt(constraint);
        else if (one == table) // perhaps one whose name was to be chosen by the server
            for (Id const part : inventory_.parts(table))
                if (inventory_[part].kind == ObjectKind::constraint && !inventory_[part].named)
                    inventory_.doubt(part);
        for (Id const child : inventory_.children(one))
            tables.push_back(child);
    }
}

} // namespace mig::server
