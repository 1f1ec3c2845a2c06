// What a pending statement will have done to relations, types and functions.
#include "lint/world/world_overlay.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/value.h"
#include "utils/lsyscache.h"
}

namespace mig::server::lint {

namespace {

using Name = WorldContents::Name;

void create_as(World &world, RangeVar const *name, char kind) {
    auto relation = std::make_unique<Relation>();
    relation->schema = world.schema_for(name);
    relation->name = name->relname;
    relation->kind = kind;
    relation->is_new = true;
    relation->temporary = relation->schema == "pg_temp";
    world.contents().add(std::move(relation));
}

void take_columns(Relation &to, Relation const *from) {
    if (!from)
        return;
    for (Column column : from->columns) {
        column.number = 0;
        to.columns.push_back(std::move(column));
    }
}

void create(World &world, CreateStmt const *statement, char kind) {
    if (statement->if_not_exists &&
        world.contents().find({world.schema_for(statement->relation), statement->relation->relname}))
        return;
    create_as(world, statement->relation, kind);
    Relation &relation = *world.contents().relations.back();
    relation.is_partition = statement->partbound != nullptr;
    if (statement->partspec)
        relation.kind = RELKIND_PARTITIONED_TABLE;
    ListCell *cell;
    foreach (cell, statement->inhRelations) {
        Relation *const parent = world.find(lfirst_node(RangeVar, cell));
        take_columns(relation, parent);
        if (parent && statement->partbound) {
            ++parent->partitions;
            if (statement->partbound->is_default)
                parent->default_partition = InvalidOid; // new, hence empty
        }
    }
    foreach (cell, statement->tableElts) {
        look_for_interrupts();
        auto *const element = static_cast<Node *>(lfirst(cell));
        if (IsA(element, ColumnDef))
            overlay::add_column(world, relation, castNode(ColumnDef, element));
        else if (IsA(element, TableLikeClause))
            take_columns(relation, world.find(castNode(TableLikeClause, element)->relation));
        else if (IsA(element, Constraint))
            overlay::add_constraint(world, relation, castNode(::Constraint, element));
    }
    foreach (cell, statement->constraints)
        overlay::add_constraint(world, relation, lfirst_node(::Constraint, cell));
}

void create_index(World &world, IndexStmt const *statement) {
    Relation *const table = world.find(statement->relation);
    if (!table)
        return;
    Index index;
    index.is_new = true;
    index.unique = statement->unique;
    index.partial = statement->whereClause != nullptr;
    ListCell *cell;
    foreach (cell, statement->indexParams) {
        auto const *element = lfirst_node(IndexElem, cell);
        if (element->name)
            index.columns.emplace_back(element->name);
        else
            index.of_expressions = true;
    }
    if (statement->idxname) {
        index.name = statement->idxname;
        if (statement->if_not_exists && table->index(index.name))
            return;
        world.contents().new_indexes[{table->schema, index.name}] = {table, index.name};
    } else {
        index.name = table->name;
        for (std::string const &column : index.columns)
            index.name += "_" + column;
        index.name += index.of_expressions ? "_expr_idx" : "_idx";
        world.contents().new_indexes[{table->schema, index.name}] = {table, index.name};
    }
    table->indexes.push_back(std::move(index));
}

// A trigger, a policy: the names are those of its table, and behind them its own.
void drop_part(World &world, const char *kind, List const *names) {
    int const count = list_length(names);
    auto const name = [&](int i) { return strVal(static_cast<Node *>(list_nth(names, i))); };
    RangeVar table{};
    table.type = T_RangeVar;
    table.relname = name(count - 2);
    table.schemaname = count > 2 ? name(count - 3) : nullptr;
    if (Relation *const relation = world.find(&table))
        relation->dropped_parts.insert(std::string(kind) + name(count - 1));
}

void drop(World &world, DropStmt const *statement) {
    bool const cascade = statement->behavior == DROP_CASCADE;
    ListCell *cell;
    foreach (cell, statement->objects) {
        look_for_interrupts();
        auto *const object = static_cast<Node *>(lfirst(cell));
        switch (statement->removeType) {
        case OBJECT_TABLE:
        case OBJECT_VIEW:
        case OBJECT_MATVIEW:
        case OBJECT_FOREIGN_TABLE:
        case OBJECT_SEQUENCE: {
            Relation *const relation = world.find(castNode(List, object));
            if (relation && cascade)
                overlay::drop_what_hangs_on(world, *relation);
            overlay::drop_relation(world, relation);
            break;
        }
        case OBJECT_TRIGGER:
            drop_part(world, "trigger ", castNode(List, object));
            break;
        case OBJECT_POLICY:
            drop_part(world, "policy ", castNode(List, object));
            break;
        case OBJECT_INDEX:
            if (World::OfIndex const found = world.find_index(castNode(List, object))) {
                world.contents().new_indexes[{found.table->schema, found.index->name}] = {nullptr, ""};
                overlay::drop_index(*found.table, std::string(found.index->name));
            }
            break;
        case OBJECT_SCHEMA: {
            std::string const schema = strVal(object);
            for (auto const &relation : world.contents().relations)
                if (relation->schema == schema)
                    overlay::drop_relation(world, relation.get());
            world.contents().new_schemas.erase(schema);
            break;
        }
        case OBJECT_TYPE:
        case OBJECT_DOMAIN:
            world.contents().types.erase(WorldContents::by_type_name(split(castNode(TypeName, object)->names)));
            break;
        default:
            break;
        }
    }
}

void rename(World &world, RenameStmt const *statement) {
    WorldContents &contents = world.contents();
    switch (statement->renameType) {
    case OBJECT_TABLE:
    case OBJECT_VIEW:
    case OBJECT_MATVIEW:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_SEQUENCE:
        if (Relation *const relation = world.find(statement->relation)) {
            contents.by_name[{relation->schema, relation->name}] = nullptr;
            relation->name = statement->newname;
            contents.by_name[{relation->schema, relation->name}] = relation;
            break;
        }
        [[fallthrough]]; // ALTER TABLE ... RENAME of an index
    case OBJECT_INDEX:
        if (World::OfIndex const found = world.find_index(statement->relation)) {
            contents.new_indexes[{found.table->schema, found.index->name}] = {nullptr, ""};
            found.table->indexes.rename(*found.index, statement->newname);
            contents.new_indexes[{found.table->schema, found.index->name}] = {found.table, found.index->name};
        }
        break;
    case OBJECT_COLUMN:
        if (Relation *const relation = world.find(statement->relation))
            overlay::rename_column(*relation, statement->subname, statement->newname);
        break;
    case OBJECT_TABCONSTRAINT:
        if (Relation *const relation = world.find(statement->relation))
            if (Constraint *const constraint = relation->constraint(statement->subname))
                relation->constraints.rename(*constraint, statement->newname);
        break;
    case OBJECT_SCHEMA:
        contents.new_schemas.insert(statement->newname);
        for (std::size_t i = 0; i < contents.relations.size(); ++i)
            if (contents.relations[i]->schema == statement->subname)
                overlay::move(world, *contents.relations[i], statement->newname);
        break;
    default:
        break;
    }
}

void create_function(World &world, CreateFunctionStmt const *statement) {
    Name name = split(statement->funcname);
    if (name.first.empty() && !world.search_path().empty())
        name.first = world.search_path().front();
    int arguments = 0;
    ListCell *cell;
    foreach (cell, statement->parameters) {
        FunctionParameterMode const mode = lfirst_node(FunctionParameter, cell)->mode;
        arguments += mode != FUNC_PARAM_OUT && mode != FUNC_PARAM_TABLE;
    }
    char volatility = 'v';
    foreach (cell, statement->options) {
        auto const *option = lfirst_node(DefElem, cell);
        if (strcmp(option->defname, "volatility") == 0)
            volatility = strVal(option->arg)[0]; // immutable, stable, volatile
    }
    std::string const plain = name.second;
    world.contents().functions[plain].push_back({std::move(name), arguments, volatility});
}

void create_type(World &world, List *names, char kind) {
    Name name = split(names);
    if (name.first.empty() && !world.search_path().empty())
        name.first = world.search_path().front();
    world.contents().types[WorldContents::by_type_name(std::move(name))] = kind;
}

void create_schema(World &world, CreateSchemaStmt const *statement) {
    if (!statement->schemaname)
        return;
    world.contents().new_schemas.insert(statement->schemaname);
    ListCell *cell;
    foreach (cell, statement->schemaElts) {
        auto *const element = static_cast<Node *>(lfirst(cell));
        if (IsA(element, CreateStmt) && !castNode(CreateStmt, element)->relation->schemaname) {
            RangeVar place = *castNode(CreateStmt, element)->relation;
            place.schemaname = statement->schemaname;
            CreateStmt whole = *castNode(CreateStmt, element);
            whole.relation = &place;
            create(world, &whole, RELKIND_RELATION);
        } else {
            world.apply(element);
        }
    }
}

void set(World &world, VariableSetStmt const *statement) {
    if (!statement->name || strcmp(statement->name, "search_path") != 0)
        return;
    if (statement->kind == VAR_SET_VALUE)
        world.contents().set_path_of(statement->args);
    else
        world.begin_migration();
}

// SELECT set_config('search_path', 'app, public', true)
void set_config(World &world, SelectStmt const *statement) {
    ListCell *cell;
    foreach (cell, statement->targetList) {
        Node *const value = lfirst_node(ResTarget, cell)->val;
        if (!value || !IsA(value, FuncCall) || split(castNode(FuncCall, value)->funcname).second != "set_config")
            continue;
        List *const arguments = castNode(FuncCall, value)->args;
        if (list_length(arguments) != 3 || !IsA(linitial(arguments), A_Const) || !IsA(lsecond(arguments), A_Const))
            continue;
        auto const *name = castNode(A_Const, linitial(arguments)), *path = castNode(A_Const, lsecond(arguments));
        if (!name->isnull && !path->isnull && nodeTag(&name->val) == T_String && nodeTag(&path->val) == T_String &&
            strcmp(name->val.sval.sval, "search_path") == 0)
            world.contents().set_path(path->val.sval.sval, world.contents().path);
    }
}

} // namespace

void World::apply(Node *statement) {
    switch (nodeTag(statement)) {
    case T_CreateStmt:
        create(*this, castNode(CreateStmt, statement), RELKIND_RELATION);
        break;
    case T_CreateForeignTableStmt:
        create(*this, &reinterpret_cast<CreateForeignTableStmt *>(statement)->base, RELKIND_FOREIGN_TABLE);
        break;
    case T_CreateTableAsStmt: {
        auto const *made = castNode(CreateTableAsStmt, statement);
        bool const view = made->objtype == OBJECT_MATVIEW;
        if (!made->if_not_exists || !contents_->find({schema_for(made->into->rel), made->into->rel->relname}))
            create_as(*this, made->into->rel, view ? RELKIND_MATVIEW : RELKIND_RELATION);
        break;
    }
    case T_SelectStmt:
        if (IntoClause const *into = castNode(SelectStmt, statement)->intoClause)
            create_as(*this, into->rel, RELKIND_RELATION);
        set_config(*this, castNode(SelectStmt, statement));
        break;
    case T_ViewStmt:
        if (!find(castNode(ViewStmt, statement)->view))
            create_as(*this, castNode(ViewStmt, statement)->view, RELKIND_VIEW);
        break;
    case T_CreateSeqStmt:
        create_as(*this, castNode(CreateSeqStmt, statement)->sequence, RELKIND_SEQUENCE);
        break;
    case T_IndexStmt:
        create_index(*this, castNode(IndexStmt, statement));
        break;
    case T_AlterTableStmt:
        overlay::alter(*this, castNode(AlterTableStmt, statement));
        break;
    case T_RenameStmt:
        rename(*this, castNode(RenameStmt, statement));
        break;
    case T_AlterObjectSchemaStmt: {
        auto const *moved = castNode(AlterObjectSchemaStmt, statement);
        Relation *const relation = moved->relation ? find(moved->relation) : nullptr;
        if (relation)
            overlay::move(*this, *relation, moved->newschema);
        break;
    }
    case T_DropStmt:
        drop(*this, castNode(DropStmt, statement));
        break;
    case T_TruncateStmt: {
        ListCell *cell;
        foreach (cell, castNode(TruncateStmt, statement)->relations)
            if (Relation *const relation = find(lfirst_node(RangeVar, cell))) {
                relation->rows = 0;
                relation->bytes = 0;
            }
        break;
    }
    case T_CreateTrigStmt:
        if (Relation *const relation = find(castNode(CreateTrigStmt, statement)->relation)) {
            relation->has_triggers = true;
            overlay::add_trigger(*relation, *castNode(CreateTrigStmt, statement));
        }
        break;
    case T_RuleStmt:
        if (Relation *const relation = find(castNode(RuleStmt, statement)->relation))
            relation->has_rules = true;
        break;
    case T_CreateFunctionStmt:
        create_function(*this, castNode(CreateFunctionStmt, statement));
        break;
    case T_CreateEnumStmt:
        create_type(*this, castNode(CreateEnumStmt, statement)->typeName, TYPTYPE_ENUM);
        break;
    case T_CreateDomainStmt:
        create_type(*this, castNode(CreateDomainStmt, statement)->domainname, TYPTYPE_DOMAIN);
        break;
    case T_CompositeTypeStmt: {
        RangeVar const *name = castNode(CompositeTypeStmt, statement)->typevar;
        contents_->types[{name->relname, schema_for(name)}] = TYPTYPE_COMPOSITE;
        break;
    }
    case T_CreateRangeStmt:
        create_type(*this, castNode(CreateRangeStmt, statement)->typeName, TYPTYPE_RANGE);
        break;
    case T_CreateSchemaStmt:
        create_schema(*this, castNode(CreateSchemaStmt, statement));
        break;
    case T_VariableSetStmt:
        set(*this, castNode(VariableSetStmt, statement));
        break;
    default:
        break;
    }
}

} // namespace mig::server::lint
