// Effects of pending statements on relations, types, functions and settings.
#include "lint/world/world_overlay.hpp"
#include "server/parse/tree.hpp"

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

// Without a size, whatever is loaded into it later: nobody else can use it yet, and Table::small() holds for new ones.
void add_relation(World &world, RangeVar const *name, char kind) {
    auto relation = std::make_unique<Table>();
    relation->schema = world.schema_for(name);
    relation->name = name->relname;
    relation->kind = kind;
    relation->is_new = true;
    relation->temporary = relation->schema == "pg_temp";
    relation->owner = world.role();
    world.contents().add(std::move(relation));
}

// Of a parent or of LIKE. The number 0 marks a column that the catalog does not have. LIKE copies defaults and the like
// only if INCLUDING says so (transformTableLikeClause()); here they come along in any case, as nothing depends on it
// for a new table.
void copy_columns(Table &to, Table const *from) {
    if (!from)
        return;
    for (Column column : from->columns) {
        column.number = 0;
        to.columns.push_back(std::move(column));
    }
}

// CREATE TABLE, also of a partition or a foreign table. IF NOT EXISTS does nothing where the name is taken.
void create(World &world, CreateStmt const *statement, char kind) {
    // Any relation of that name counts, as tables, views, sequences and indexes share the names of pg_class.
    if (statement->if_not_exists &&
        world.contents().find({world.schema_for(statement->relation), statement->relation->relname}))
        return;
    add_relation(world, statement->relation, kind);
    Table &relation = *world.contents().relations.back();
    relation.is_partition = statement->partbound != nullptr;
    if (statement->partspec)
        relation.kind = RELKIND_PARTITIONED_TABLE;
    // Inherited columns come first, as MergeAttributes() has them. Indexes and foreign keys that a partition gets from
    // its parent are not copied: no rule asks for those of a new table.
    each<RangeVar>(statement->inhRelations, [&](RangeVar const &name) {
        Table *const parent = world.find(&name);
        copy_columns(relation, parent);
        if (parent && statement->partbound) {
            ++parent->partitions;
            if (statement->partbound->is_default)
                parent->default_partition = InvalidOid; // it is new, so a scan of it takes no time
        }
    });
    each<Node>(statement->tableElts, [&](Node const &element) {
        if (auto const *column = MIG_AS(ColumnDef, &element))
            overlay::add_column(world, relation, *column);
        else if (auto const *like = MIG_AS(TableLikeClause, &element))
            copy_columns(relation, world.find(like->relation));
        else if (auto const *constraint = MIG_AS(Constraint, &element))
            overlay::add_constraint(world, relation, *constraint);
    });
    each<Constraint>(statement->constraints,
                     [&](Constraint const &constraint) { overlay::add_constraint(world, relation, constraint); });
}

void create_index(World &world, IndexStmt const *statement) {
    Table *const table = world.find(statement->relation);
    if (!table)
        return;
    // An index is in the schema of its table (DefineIndex()), whatever search_path says.
    TableIndex index;
    index.is_new = true;
    index.unique = statement->unique;
    index.partial = statement->whereClause != nullptr;
    // INCLUDE is in indexIncludingParams, so that these are the columns of the key, as TableIndex has them.
    each<IndexElem>(statement->indexParams, [&](IndexElem const &element) {
        if (element.name)
            index.columns.emplace_back(element.name);
        else
            index.of_expressions = true;
    });
    if (statement->idxname) {
        index.name = statement->idxname;
        if (statement->if_not_exists && table->index(index.name))
            return;
        world.contents().new_indexes[{table->schema, index.name}] = {table, index.name};
    } else { // as ChooseIndexName() makes it, without the number that makes it unique
        index.name = table->name;
        for (std::string const &column : index.columns)
            index.name += "_" + column;
        index.name += index.of_expressions ? "_expr_idx" : "_idx";
        world.contents().new_indexes[{table->schema, index.name}] = {table, index.name};
    }
    table->indexes.push_back(std::move(index));
}

// A trigger or a policy. Noted by name, so that dependents() leaves it out. Nothing asks for rules.
void drop_part(World &world, const char *kind, List const *names) {
    if (Table *const relation = world.find_table_of(names))
        relation->dropped_parts.insert(kind + strings(names).back());
}

// DROP SCHEMA succeeds for an empty schema or with CASCADE only: either way nothing of it is left.
// Relations that were never looked up are not marked.
void drop_schema(World &world, std::string const &schema) {
    for (auto const &relation : world.contents().relations)
        if (relation->schema == schema)
            overlay::drop_relation(world, relation.get());
    world.contents().new_schemas.erase(schema);
}

void drop(World &world, DropStmt const *statement, Node const &object) {
    auto const *names = reinterpret_cast<List const *>(&object); // of most objects
    switch (statement->removeType) {
    case OBJECT_TABLE:
    case OBJECT_VIEW:
    case OBJECT_MATVIEW:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_SEQUENCE: {
        Table *const relation = world.find(names);
        if (relation && statement->behavior == DROP_CASCADE)
            overlay::drop_dependents(world, *relation);
        overlay::drop_relation(world, relation);
        break;
    }
    case OBJECT_TRIGGER:
        drop_part(world, "trigger ", names);
        break;
    case OBJECT_POLICY:
        drop_part(world, "policy ", names);
        break;
    case OBJECT_INDEX:
        // The null hides the index that the catalog still has under this name.
        if (World::FoundIndex const found = world.find_index(names)) {
            world.contents().new_indexes[{found.table->schema, found.index->name}] = {nullptr, ""};
            overlay::drop_index(*found.table, std::string(found.index->name));
        }
        break;
    case OBJECT_SCHEMA:
        // The names of schemas, unlike those of other objects, are single strings (name_list in gram.y).
        drop_schema(world, strVal(&object));
        break;
    case OBJECT_TYPE:
    case OBJECT_DOMAIN:
        // A type of the catalog stays known: to use it after its DROP makes the statement fail, which it says by
        // itself.
        world.contents().types.erase(WorldContents::type_key(split(MIG_AS(TypeName, &object)->names)));
        break;
    default: // functions too: volatility() takes a dropped one into account, at worst a false alarm
        break;
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
        if (Table *const relation = world.find(statement->relation)) {
            // Null, not erased: the catalog has it under the old name until the migration runs.
            contents.by_name[{relation->schema, relation->name}] = nullptr;
            relation->name = statement->newname;
            contents.by_name[{relation->schema, relation->name}] = relation;
            break;
        }
        [[fallthrough]]; // ALTER TABLE ... RENAME accepts indexes, too
    case OBJECT_INDEX:
        if (World::FoundIndex const found = world.find_index(statement->relation)) {
            contents.new_indexes[{found.table->schema, found.index->name}] = {nullptr, ""};
            found.table->indexes.rename(*found.index, statement->newname);
            contents.new_indexes[{found.table->schema, found.index->name}] = {found.table, found.index->name};
        }
        break;
    case OBJECT_COLUMN:
        if (Table *const relation = world.find(statement->relation))
            overlay::rename_column(*relation, statement->subname, statement->newname);
        break;
    case OBJECT_TABCONSTRAINT:
        if (Table *const relation = world.find(statement->relation))
            if (TableConstraint *const constraint = relation->constraint(statement->subname))
                relation->constraints.rename(*constraint, statement->newname);
        break;
    case OBJECT_SCHEMA:
        contents.new_schemas.insert(statement->newname); // relations that were never looked up stay in the old one
        for (std::size_t i = 0; i < contents.relations.size(); ++i)
            if (contents.relations[i]->schema == statement->subname)
                overlay::move_to_schema(world, *contents.relations[i], statement->newname);
        break;
    default:
        break;
    }
}

// Arguments of the modes OUT and TABLE are not passed in calls. Functions are VOLATILE by default. Of OR REPLACE both
// the old and the new one count: volatility() takes the most volatile.
void create_function(World &world, CreateFunctionStmt const *statement) {
    Name name = split(statement->funcname);
    if (name.first.empty() && !world.search_path().empty())
        name.first = world.search_path().front();
    int arguments = 0;
    each<FunctionParameter>(statement->parameters, [&](FunctionParameter const &parameter) {
        arguments += parameter.mode != FUNC_PARAM_OUT && parameter.mode != FUNC_PARAM_TABLE;
    });
    DefElem const *const given = option_named(statement->options, "volatility");
    char const volatility = given ? strVal(given->arg)[0] : 'v'; // immutable, stable, volatile
    std::string const without_schema = name.second;
    world.contents().functions[without_schema].push_back({std::move(name), arguments, volatility});
}

void create_type(World &world, List const *names, char kind) {
    Name name = split(names);
    if (name.first.empty() && !world.search_path().empty())
        name.first = world.search_path().front();
    world.contents().types[WorldContents::type_key(std::move(name))] = kind;
}

// Elements of CREATE SCHEMA without a schema of their own are created in the new one. Only tables matter here.
// AUTHORIZATION without a name, which makes a schema of the role's name, is not followed.
void create_schema(World &world, CreateSchemaStmt const *statement) {
    if (!statement->schemaname)
        return;
    world.contents().new_schemas.insert(statement->schemaname);
    each<Node>(statement->schemaElts, [&](Node &element) {
        auto const *table = MIG_AS(CreateStmt, &element);
        if (!table || table->relation->schemaname)
            return world.apply(&element);
        RangeVar qualified = *table->relation;
        qualified.schemaname = statement->schemaname;
        CreateStmt in_schema = *table;
        in_schema.relation = &qualified;
        create(world, &in_schema, RELKIND_RELATION);
    });
}

// Without columns, which only parse analysis of the query would know: rules about columns find none in it.
void create_table_as(World &world, CreateTableAsStmt const *statement) {
    RangeVar const *const name = statement->into->rel;
    if (!statement->if_not_exists || !world.contents().find({world.schema_for(name), name->relname}))
        add_relation(world, name, statement->objtype == OBJECT_MATVIEW ? RELKIND_MATVIEW : RELKIND_RELATION);
}

void create_trigger(World &world, CreateTrigStmt const *statement) {
    if (Table *const table = world.find(statement->relation)) {
        table->has_triggers = true;
        overlay::add_trigger(*table, *statement);
    }
}

// An empty table is small: what follows in the transaction is cheap. What CASCADE empties besides keeps its size here:
// a false alarm at most.
void truncate(World &world, TruncateStmt const *statement) {
    each<RangeVar>(statement->relations, [&](RangeVar const &name) {
        if (Table *const table = world.find(&name)) {
            table->rows = 0;
            table->bytes = 0;
        }
    });
}

// False: the statement creates no relation.
bool apply_new_relation(World &world, Node const *statement) {
    if (auto const *table = MIG_AS(CreateStmt, statement)) {
        create(world, table, RELKIND_RELATION);
    } else if (IsA(statement, CreateForeignTableStmt)) {
        create(world, &reinterpret_cast<CreateForeignTableStmt const *>(statement)->base, RELKIND_FOREIGN_TABLE);
    } else if (auto const *filled = MIG_AS(CreateTableAsStmt, statement)) {
        create_table_as(world, filled);
    } else if (auto const *select = MIG_AS(SelectStmt, statement)) {
        if (select->intoClause)
            add_relation(world, select->intoClause->rel, RELKIND_RELATION);
    } else if (auto const *view = MIG_AS(ViewStmt, statement)) { // OR REPLACE keeps an existing view
        if (!world.find(view->view))
            add_relation(world, view->view, RELKIND_VIEW);
    } else if (auto const *sequence = MIG_AS(CreateSeqStmt, statement)) {
        add_relation(world, sequence->sequence, RELKIND_SEQUENCE);
    } else {
        return false;
    }
    return true;
}

// False: the statement creates no type, function or schema.
bool apply_other_creation(World &world, Node const *statement) {
    if (auto const *function = MIG_AS(CreateFunctionStmt, statement))
        create_function(world, function);
    // Only whether such a type exists is kept, and whether it is a domain: what it can hold would have to be analyzed.
    else if (auto const *enumeration = MIG_AS(CreateEnumStmt, statement))
        create_type(world, enumeration->typeName, TYPTYPE_ENUM);
    else if (auto const *domain = MIG_AS(CreateDomainStmt, statement))
        create_type(world, domain->domainname, TYPTYPE_DOMAIN);
    else if (auto const *composite = MIG_AS(CompositeTypeStmt, statement))
        world.contents().types[{composite->typevar->relname, world.schema_for(composite->typevar)}] = TYPTYPE_COMPOSITE;
    else if (auto const *range = MIG_AS(CreateRangeStmt, statement))
        create_type(world, range->typeName, TYPTYPE_RANGE);
    else if (auto const *schema = MIG_AS(CreateSchemaStmt, statement))
        create_schema(world, schema);
    else
        return false;
    return true;
}

// Of what is there already. Statements without effects that a rule asks for are ignored.
void apply_change(World &world, Node const *statement) {
    if (auto const *index = MIG_AS(IndexStmt, statement)) {
        create_index(world, index);
    } else if (auto const *alter = MIG_AS(AlterTableStmt, statement)) {
        overlay::alter(world, alter);
    } else if (auto const *renamed = MIG_AS(RenameStmt, statement)) {
        rename(world, renamed);
    } else if (auto const *moved = MIG_AS(AlterObjectSchemaStmt, statement)) {
        if (Table *const table = moved->relation ? world.find(moved->relation) : nullptr)
            overlay::move_to_schema(world, *table, moved->newschema);
    } else if (auto const *dropped = MIG_AS(DropStmt, statement)) {
        each<Node>(dropped->objects, [&](Node const &object) { drop(world, dropped, object); });
    } else if (auto const *emptied = MIG_AS(TruncateStmt, statement)) {
        truncate(world, emptied);
    } else if (auto const *trigger = MIG_AS(CreateTrigStmt, statement)) {
        create_trigger(world, trigger);
    } else if (auto const *rule = MIG_AS(RuleStmt, statement)) {
        if (Table *const table = world.find(rule->relation))
            table->has_rules = true;
    }
}

} // namespace

// DML is not applied: how many rows it writes is estimated where a rule asks (lint/read/selectivity.hpp), and that it
// writes is noted in EarlierEffects.
void World::apply(Node *statement) {
    contents_->last_found.reset(); // the statement changes what names mean; its tree does not outlive it
    if (contents_->settings.apply(statement))
        contents_->follow_settings();
    if (!apply_new_relation(*this, statement) && !apply_other_creation(*this, statement))
        apply_change(*this, statement);
    contents_->last_found.reset();
}

} // namespace mig::server::lint
