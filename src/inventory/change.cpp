// DROP, RENAME, SET SCHEMA and other statements that change what exists.
#include "inventory/reading.hpp"

#include "lint/world/world_contents.hpp"
#include "server/parse/tree.hpp"

namespace mig::server {

using Id = Inventory::Id;

std::optional<ObjectKind> kind_of(ObjectType type) {
    switch (type) {
    case OBJECT_SCHEMA:
        return ObjectKind::schema;
    case OBJECT_EXTENSION:
        return ObjectKind::extension;
    case OBJECT_TABLE:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_VIEW:
    case OBJECT_MATVIEW:
    case OBJECT_SEQUENCE:
    case OBJECT_INDEX:
        return ObjectKind::table;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE:
        return ObjectKind::function;
    case OBJECT_TYPE:
    case OBJECT_DOMAIN:
        return ObjectKind::type;
    case OBJECT_STATISTIC_EXT:
        return ObjectKind::statistics;
    case OBJECT_OPERATOR:
        return ObjectKind::operators;
    case OBJECT_OPCLASS:
        return ObjectKind::operator_class;
    case OBJECT_OPFAMILY:
        return ObjectKind::operator_family;
    case OBJECT_COLLATION:
        return ObjectKind::collation;
    case OBJECT_CONVERSION:
        return ObjectKind::conversion;
    case OBJECT_TSCONFIGURATION:
        return ObjectKind::search_configuration;
    case OBJECT_TSDICTIONARY:
        return ObjectKind::search_dictionary;
    case OBJECT_TSPARSER:
        return ObjectKind::search_parser;
    case OBJECT_TSTEMPLATE:
        return ObjectKind::search_template;
    case OBJECT_CAST:
        return ObjectKind::cast;
    case OBJECT_LANGUAGE:
        return ObjectKind::language;
    case OBJECT_ACCESS_METHOD:
        return ObjectKind::access_method;
    case OBJECT_EVENT_TRIGGER:
        return ObjectKind::event_trigger;
    case OBJECT_PUBLICATION:
        return ObjectKind::publication;
    case OBJECT_FDW:
        return ObjectKind::foreign_data_wrapper;
    case OBJECT_FOREIGN_SERVER:
        return ObjectKind::server;
    case OBJECT_TRIGGER:
        return ObjectKind::trigger;
    case OBJECT_POLICY:
        return ObjectKind::policy;
    case OBJECT_RULE:
        return ObjectKind::rule;
    default:
        return std::nullopt;
    }
}

bool Reading::change(Node const *statement) {
    switch (nodeTag(statement)) {
    case T_DropStmt: {
        auto const *dropped = MIG_AS(DropStmt, statement);
        each<Node>(dropped->objects, [&](Node const &object) { drop(*dropped, object); });
        return true;
    }
    case T_DropOwnedStmt:
        inventory_.doubt_all();
        return true;
    case T_RenameStmt:
        rename(*MIG_AS(RenameStmt, statement));
        return true;
    case T_AlterObjectSchemaStmt:
        move(*MIG_AS(AlterObjectSchemaStmt, statement));
        return true;
    case T_AlterTableStmt:
        alter_table(*MIG_AS(AlterTableStmt, statement));
        return true;
    case T_AlterEnumStmt:
        alter_enum(*MIG_AS(AlterEnumStmt, statement));
        return true;
    case T_AlterDomainStmt:
        alter_domain(*MIG_AS(AlterDomainStmt, statement));
        return true;
    case T_AlterSeqStmt: {
        auto const *sequence = MIG_AS(AlterSeqStmt, statement);
        set_owner(find(sequence->sequence), sequence->options);
        return true;
    }
    default:
        return false;
    }
}

Id Reading::part_named(ObjectKind kind, List const *names) {
    std::vector<std::string> parts = strings(names);
    if (parts.size() < 2)
        return Inventory::none;
    std::string const name = std::move(parts.back());
    parts.pop_back();
    Id const table = find(ObjectKind::table, parts);
    return table == Inventory::none ? table : inventory_.find_part(kind, table, name);
}

// What DROP, RENAME or SET SCHEMA says, in the form in which each kind has its name in the grammar.
std::vector<Id> Reading::named(ObjectType type, Node const *object) {
    std::optional<ObjectKind> const kind = kind_of(type);
    if (!kind || !object)
        return {};
    Id found = Inventory::none;
    auto const *list = MIG_AS(List, object);
    if (auto const *routine = MIG_AS(ObjectWithArgs, object))
        return routines(*kind, routine);
    if (auto const *name = MIG_AS(TypeName, object))
        found = find(*kind, name->names);
    else if (*kind == ObjectKind::cast && list)
        found = inventory_.find(*kind, "", "", signature(list).arguments);
    else if (list && (*kind == ObjectKind::operator_class || *kind == ObjectKind::operator_family)) {
        std::vector<std::string> names = strings(list); // the access method comes first
        std::string const method = names.front();
        names.erase(names.begin());
        found = find(*kind, names, method);
    } else if (list && (*kind == ObjectKind::trigger || *kind == ObjectKind::policy || *kind == ObjectKind::rule))
        found = part_named(*kind, list);
    else if (list)
        found = find(*kind, list);
    else if (IsA(object, String))
        found = inventory_.find(*kind, "", strVal(object));
    return found == Inventory::none ? std::vector<Id>() : std::vector<Id>{found};
}

void Reading::drop(DropStmt const &statement, Node const &object) {
    if (statement.removeType == OBJECT_SCHEMA) {
        inventory_.drop_schema(strVal(&object));
        world_.contents().new_schemas.erase(strVal(&object));
        return;
    }
    std::vector<Id> const found = named(statement.removeType, &object);
    for (Id const id : found)
        if (found.size() > 1)
            inventory_.doubt(id);
        else
            inventory_.drop(id, statement.behavior == DROP_CASCADE);
}

void Reading::rename_part(Id table, ObjectKind kind, const char *name, const char *new_name) {
    std::vector<Id> tables{table};
    while (!tables.empty()) {
        check_for_interrupts();
        Id const one = tables.back();
        tables.pop_back();
        if (Id const part = inventory_.find_part(kind, one, name); part != Inventory::none)
            inventory_.rename(part, new_name);
        if (kind == ObjectKind::column || kind == ObjectKind::constraint) // which are inherited
            for (Id const child : inventory_.children(one))
                tables.push_back(child);
    }
}

void Reading::rename(RenameStmt const &statement) {
    auto const part_of_relation = [&](ObjectKind kind) {
        if (Id const table = find(statement.relation); table != Inventory::none)
            rename_part(table, kind, statement.subname, statement.newname);
    };
    switch (statement.renameType) {
    case OBJECT_SCHEMA:
        inventory_.rename_schema(statement.subname, statement.newname);
        world_.contents().new_schemas.insert(statement.newname);
        return;
    case OBJECT_COLUMN:
        part_of_relation(ObjectKind::column);
        return;
    case OBJECT_TABCONSTRAINT:
        part_of_relation(ObjectKind::constraint);
        return;
    case OBJECT_TRIGGER:
        part_of_relation(ObjectKind::trigger);
        return;
    case OBJECT_POLICY:
        part_of_relation(ObjectKind::policy);
        return;
    case OBJECT_RULE:
        part_of_relation(ObjectKind::rule);
        return;
    case OBJECT_ATTRIBUTE: {
        std::vector<std::string> names;
        if (statement.relation->schemaname)
            names.emplace_back(statement.relation->schemaname);
        names.emplace_back(statement.relation->relname);
        if (Id const type = find(ObjectKind::type, names); type != Inventory::none)
            rename_part(type, ObjectKind::column, statement.subname, statement.newname);
        return;
    }
    case OBJECT_DOMCONSTRAINT:
        if (Id const domain = find(ObjectKind::domain, reinterpret_cast<List const *>(statement.object));
            domain != Inventory::none)
            rename_part(domain, ObjectKind::constraint, statement.subname, statement.newname);
        return;
    default:
        break;
    }
    if (statement.relation) {
        if (Id const id = find(statement.relation); id != Inventory::none)
            inventory_.rename(id, statement.newname);
        return;
    }
    std::vector<Id> const found = named(statement.renameType, statement.object);
    for (Id const id : found)
        if (found.size() > 1)
            inventory_.doubt(id);
        else
            inventory_.rename(id, statement.newname);
}

void Reading::move(AlterObjectSchemaStmt const &statement) {
    if (statement.relation) {
        if (Id const id = find(statement.relation); id != Inventory::none)
            inventory_.move(id, statement.newschema);
        return;
    }
    if (statement.objectType == OBJECT_EXTENSION)
        return;
    std::vector<Id> const found = named(statement.objectType, statement.object);
    for (Id const id : found)
        if (found.size() > 1)
            inventory_.doubt(id);
        else
            inventory_.move(id, statement.newschema);
}

void Reading::alter_enum(AlterEnumStmt const &statement) {
    Id const id = type(statement.typeName);
    if (!statement.oldVal)
        inventory_.add_part(ObjectKind::enum_value, id, statement.newVal);
    else if (Id const value = inventory_.find_part(ObjectKind::enum_value, id, statement.oldVal);
             value != Inventory::none)
        inventory_.rename(value, statement.newVal);
}

void Reading::alter_domain(AlterDomainStmt const &statement) {
    Id const domain = type(statement.typeName);
    if (statement.subtype == 'C')
        add_constraint(domain, *castNode(Constraint, statement.def), nullptr);
    else if (statement.subtype == 'X')
        drop_constraint(domain, statement.name, statement.behavior == DROP_CASCADE);
    keys_.clear();
}

} // namespace mig::server
