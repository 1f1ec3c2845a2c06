// What CREATE makes, but for tables and what belongs to them.
#include "inventory/reading.hpp"

#include "lint/world/world_contents.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

namespace mig::server {

using Id = Inventory::Id;

bool Reading::create(Node const *statement) {
    auto const global = [&](ObjectKind kind, const char *name) {
        inventory_.add(kind, "", name);
        return true;
    };
    switch (nodeTag(statement)) {
    case T_CreateSchemaStmt:
        create_schema(*MIG_AS(CreateSchemaStmt, statement));
        return true;
    case T_CreateExtensionStmt:
        return global(ObjectKind::extension, MIG_AS(CreateExtensionStmt, statement)->extname);
    case T_CreatePLangStmt:
        return global(ObjectKind::language, MIG_AS(CreatePLangStmt, statement)->plname);
    case T_CreateAmStmt:
        return global(ObjectKind::access_method, MIG_AS(CreateAmStmt, statement)->amname);
    case T_CreateEventTrigStmt:
        return global(ObjectKind::event_trigger, MIG_AS(CreateEventTrigStmt, statement)->trigname);
    case T_CreatePublicationStmt:
        return global(ObjectKind::publication, MIG_AS(CreatePublicationStmt, statement)->pubname);
    case T_CreateFdwStmt:
        return global(ObjectKind::foreign_data_wrapper, MIG_AS(CreateFdwStmt, statement)->fdwname);
    case T_CreateForeignServerStmt:
        return global(ObjectKind::server, MIG_AS(CreateForeignServerStmt, statement)->servername);
    case T_CreateStmt:
        create_table(*MIG_AS(CreateStmt, statement), ObjectKind::table);
        return true;
    case T_CreateForeignTableStmt:
        create_table(reinterpret_cast<CreateForeignTableStmt const *>(statement)->base, ObjectKind::foreign_table);
        return true;
    case T_CreateTableAsStmt: {
        auto const *as = MIG_AS(CreateTableAsStmt, statement);
        Place const place = to_create(as->into->rel);
        bool const kept = as->objtype == OBJECT_MATVIEW;
        Id const id =
            inventory_.add(kept ? ObjectKind::materialized_view : ObjectKind::table, place.schema, place.name);
        inventory_.edit(id).any_parts = true;
        if (kept)
            mention_words(id);
        return true;
    }
    case T_ViewStmt: {
        Place const place = to_create(MIG_AS(ViewStmt, statement)->view);
        Id const id = inventory_.add(ObjectKind::view, place.schema, place.name);
        mention_words(id);
        if (words_name_temporary()) // then the view is temporary too
            inventory_.doubt(id);
        return true;
    }
    case T_CreateSeqStmt: {
        auto const *sequence = MIG_AS(CreateSeqStmt, statement);
        create_sequence(sequence->sequence, sequence->options);
        return true;
    }
    case T_CreateFunctionStmt:
        create_routine(*MIG_AS(CreateFunctionStmt, statement));
        return true;
    case T_DefineStmt:
        define(*MIG_AS(DefineStmt, statement));
        return true;
    case T_IndexStmt:
        create_index(*MIG_AS(IndexStmt, statement));
        return true;
    default:
        return false;
    }
}

bool Reading::create_type(Node const *statement) {
    auto const add = [&](ObjectKind kind, List const *names) {
        Place const place = to_create(names);
        Id const id = inventory_.add(kind, place.schema, place.name);
        mention_words(id);
        return id;
    };
    switch (nodeTag(statement)) {
    case T_CompositeTypeStmt: {
        auto const *composite = MIG_AS(CompositeTypeStmt, statement);
        Place const place = to_create(composite->typevar);
        Id const id = inventory_.add(ObjectKind::type, place.schema, place.name);
        each<ColumnDef>(composite->coldeflist, [&](ColumnDef const &column) { add_column(id, column); });
        return true;
    }
    case T_CreateEnumStmt: {
        auto const *values = MIG_AS(CreateEnumStmt, statement);
        Id const id = add(ObjectKind::type, values->typeName);
        for (std::string const &value : strings(values->vals))
            inventory_.add_part(ObjectKind::enum_value, id, value);
        return true;
    }
    case T_CreateRangeStmt:
        add(ObjectKind::type, MIG_AS(CreateRangeStmt, statement)->typeName);
        return true;
    case T_CreateDomainStmt: {
        auto const *domain = MIG_AS(CreateDomainStmt, statement);
        Id const id = add(ObjectKind::domain, domain->domainname);
        each<Constraint>(domain->constraints,
                         [&](Constraint const &constraint) { add_constraint(id, constraint, nullptr); });
        return true;
    }
    case T_CreateConversionStmt:
        add(ObjectKind::conversion, MIG_AS(CreateConversionStmt, statement)->conversion_name);
        return true;
    case T_CreateOpClassStmt: {
        auto const *operators = MIG_AS(CreateOpClassStmt, statement);
        Place const place = to_create(operators->opclassname);
        Id const id =
            inventory_.add(ObjectKind::operator_class, place.schema, place.name, operators->amname, operators->amname);
        mention_words(id);
        if (!operators->opfamilyname) // one of the same name is used, or made
            inventory_.doubt(inventory_.add(ObjectKind::operator_family, place.schema, place.name, operators->amname,
                                            operators->amname));
        return true;
    }
    case T_CreateOpFamilyStmt: {
        auto const *family = MIG_AS(CreateOpFamilyStmt, statement);
        Place const place = to_create(family->opfamilyname);
        inventory_.add(ObjectKind::operator_family, place.schema, place.name, family->amname, family->amname);
        return true;
    }
    case T_CreateCastStmt: {
        auto const *cast = MIG_AS(CreateCastStmt, statement);
        Signature types;
        add_argument(types, cast->sourcetype);
        add_argument(types, cast->targettype);
        std::string shown = types.shown;
        if (std::size_t const comma = shown.find(", "); comma != std::string::npos)
            shown.replace(comma, 2, " AS ");
        Id const id = inventory_.add(ObjectKind::cast, "", "", types.arguments, "(" + shown + ")");
        if (!types.known)
            inventory_.doubt(id);
        mention_words(id);
        return true;
    }
    default:
        return false;
    }
}

bool Reading::create_part(Node const *statement) {
    auto const add = [&](ObjectKind kind, RangeVar const *table, const char *name) {
        mention_words(inventory_.add_part(kind, relation(table), name));
        return true;
    };
    switch (nodeTag(statement)) {
    case T_CreateTrigStmt: {
        auto const *trigger = MIG_AS(CreateTrigStmt, statement);
        return add(ObjectKind::trigger, trigger->relation, trigger->trigname);
    }
    case T_CreatePolicyStmt: {
        auto const *policy = MIG_AS(CreatePolicyStmt, statement);
        return add(ObjectKind::policy, policy->table, policy->policy_name);
    }
    case T_RuleStmt: {
        auto const *rule = MIG_AS(RuleStmt, statement);
        if (std::strcmp(rule->rulename, "_RETURN") != 0)
            return add(ObjectKind::rule, rule->relation, rule->rulename);
        // An old pg_dump makes a view of a table so, whose columns are then no longer objects of their own.
        Id const view = relation(rule->relation);
        inventory_.edit(view).kind = ObjectKind::view;
        for (Id const part : inventory_.parts(view))
            inventory_.doubt(part);
        return true;
    }
    case T_CreateStatsStmt:
        create_statistics(*MIG_AS(CreateStatsStmt, statement));
        return true;
    default:
        return false;
    }
}

// Its elements are created in it, unless they say otherwise. AUTHORIZATION without a name makes a schema of the role's
// name; that of CURRENT_USER is not followed.
void Reading::create_schema(CreateSchemaStmt const &statement) {
    const char *name = statement.schemaname;
    if (!name && statement.authrole && statement.authrole->roletype == ROLESPEC_CSTRING)
        name = statement.authrole->rolename;
    if (!name)
        return;
    inventory_.add_schema(name);
    world_.contents().new_schemas.insert(name);
    if (!statement.schemaElts)
        return;
    std::vector<std::string> const path = world_.search_path();
    world_.contents().use_path({name});
    each<Node>(statement.schemaElts, [&](Node const &element) {
        if (!create(&element) && !create_type(&element))
            (void) create_part(&element);
    });
    world_.contents().use_path(path);
}

void Reading::create_routine(CreateFunctionStmt const &statement) {
    Place const place = to_create(statement.funcname);
    Signature const types = signature_of_parameters(statement.parameters);
    Id const id = inventory_.add(statement.is_procedure ? ObjectKind::procedure : ObjectKind::function, place.schema,
                                 place.name, types.arguments, types.shown);
    inventory_.edit(id).arguments_known = types.known;
    mention_words(id);
    CodeEffect effect;
    DefElem const *const code = option_named(statement.options, "as");
    if (auto const *texts = code ? MIG_AS(List, code->arg) : nullptr)
        effect = effect_of_code(strVal(linitial(texts)));
    note_code(place.name, place.schema + '.' + types.arguments, std::move(effect));
}

// A function that calls one that removes something may remove anything. Which of many of a name a call means is not worth
// finding out.
void Reading::note_code(std::string const &name, std::string const &rest, CodeEffect effect) {
    constexpr std::size_t most = 20;
    if (!removing_routines_.empty())
        for (std::string const &word : effect.words)
            if (auto const called = removing_routines_.find(word);
                called != removing_routines_.end() && !called->second.empty() && word != name)
                effect.removes = effect.computes = true;
    if (!effect.removes) {
        if (auto const known = removing_routines_.find(name); known != removing_routines_.end())
            known->second.erase(rest);
        return;
    }
    auto &known = removing_routines_[name];
    if (known.size() < most || known.count(rest) > 0) {
        known[rest] = std::move(effect);
        return;
    }
    CodeEffect any;
    any.removes = any.computes = true;
    known.clear();
    known[""] = any;
}

void Reading::define(DefineStmt const &statement) {
    Place const place = to_create(statement.defnames);
    auto const type_option = [&](const char *name) -> TypeName const * {
        DefElem const *const option = option_named(statement.definition, name);
        return option ? MIG_AS(TypeName, option->arg) : nullptr;
    };
    Signature types;
    ObjectKind kind;
    switch (statement.kind) {
    case OBJECT_AGGREGATE:
        kind = ObjectKind::aggregate;
        if (!statement.oldstyle) // a list of parameters, and how many of these are direct
            types = signature_of_parameters(static_cast<List const *>(linitial(statement.args)));
        else if (TypeName const *const base = type_option("basetype"))
            add_argument(types, base);
        else // BASETYPE = 'ANY': none
            types = {};
        break;
    case OBJECT_OPERATOR:
        kind = ObjectKind::operators;
        add_argument(types, type_option("leftarg"));
        add_argument(types, type_option("rightarg"));
        break;
    default:
        if (std::optional<ObjectKind> const found = kind_of(statement.kind))
            kind = *found;
        else
            return;
    }
    Id const id = inventory_.add(kind, place.schema, place.name, types.arguments, types.shown);
    mention_words(id);
    if (types.known)
        return;
    if (kind == ObjectKind::aggregate)
        inventory_.edit(id).arguments_known = false;
    else
        inventory_.doubt(id);
}

void Reading::create_sequence(RangeVar const *name, List const *options) {
    Place const place = to_create(name);
    set_owner(inventory_.add(ObjectKind::sequence, place.schema, place.name), options);
}

// OWNED BY table.column, or NONE
void Reading::set_owner(Id sequence, List const *options) {
    DefElem const *const option = option_named(options, "owned_by");
    if (!option || sequence == Inventory::none)
        return;
    std::vector<std::string> names = strings(reinterpret_cast<List const *>(option->arg));
    if (names.size() < 2) {
        inventory_.edit(sequence).owner = sequence; // that is nobody
        return;
    }
    std::string const column_name = std::move(names.back());
    names.pop_back();
    Id const table = find(ObjectKind::table, names);
    Id const column = table == Inventory::none ? table : inventory_.find_part(ObjectKind::column, table, column_name);
    if (column == Inventory::none)
        return;
    inventory_.edit(sequence).owner = column;
    inventory_.depend(sequence, column);
}

} // namespace mig::server
