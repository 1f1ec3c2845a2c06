#include "inventory/reading.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/world_contents.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

extern "C" {
#include "catalog/pg_class.h"
}

namespace mig::server {

using Id = Inventory::Id;

void Reading::begin_migration(std::size_t number) {
    inventory_.begin(number);
    world_.begin_migration({}); // how long it waited for locks changed nothing
}

void Reading::end_migration() { inventory_.drop_schema("pg_temp"); }

void Reading::read(Node const *statement, Lexed const &body, StatementSpan const &span) {
    body_ = &body;
    span_ = span;
    if (create(statement) || create_type(statement) || create_part(statement) || change(statement))
        return;
    read_query(statement);
}

// --- what runs code --------------------------------------------------------------------------------------------------

void Reading::read_query(Node const *statement) {
    switch (nodeTag(statement)) {
    case T_VariableSetStmt:
        world_.apply(const_cast<Node *>(statement));
        break;
    case T_SelectStmt: {
        auto const *select = MIG_AS(SelectStmt, statement);
        if (select->intoClause) {
            Place const place = to_create(select->intoClause->rel);
            inventory_.edit(inventory_.add(ObjectKind::table, place.schema, place.name)).any_parts = true;
        }
        world_.apply(const_cast<Node *>(statement)); // set_config('search_path', ...)
        doubt_calls_in_words();
        break;
    }
    case T_DoStmt:
        each<DefElem>(MIG_AS(DoStmt, statement)->args, [&](DefElem const &element) {
            if (std::strcmp(element.defname, "as") == 0)
                read_code(effect_of_code(strVal(element.arg)));
        });
        break;
    case T_CallStmt:
        doubt_calls_in_words();
        break;
    default:
        break;
    }
}

void Reading::read_code(CodeEffect const &effect) {
    auto const apply = [&](CodeEffect const &one) {
        if (one.computes)
            inventory_.doubt_all();
        else if (one.removes)
            inventory_.doubt(one.words);
    };
    apply(effect);
    if (!removing_routines_.empty())
        for (std::string const &word : effect.words)
            if (auto const called = removing_routines_.find(word); called != removing_routines_.end())
                for (auto const &[rest, one] : called->second)
                    apply(one);
}

void Reading::doubt_calls_in_words() {
    if (removing_routines_.empty())
        return;
    CodeEffect calls;
    for (std::uint32_t i = span_.first; i < span_.last; ++i)
        calls.words.insert(lower_case(body_->at(body_->tokens[i])));
    // Once its code is in doubt, what the caller's arguments name is too.
    bool removes = false;
    for (std::string const &word : calls.words)
        if (auto const called = removing_routines_.find(word); called != removing_routines_.end())
            removes = removes || !called->second.empty();
    if (!removes)
        return;
    read_code(calls);
    inventory_.doubt(
        effect_of_code(body_->text.substr(body_->tokens[span_.first].begin,
                                          body_->tokens[span_.last - 1].end - body_->tokens[span_.first].begin))
            .words);
}

void Reading::mention_words(Id id) {
    for (std::uint32_t i = span_.first; i < span_.last; ++i) {
        Token const &token = body_->tokens[i];
        std::string_view const text = body_->at(token);
        if (token.kind == Token::Kind::word)
            inventory_.mention(id, lower_case(text));
        else if (text.size() > 2 && text.front() == '"')
            inventory_.mention(id, text.substr(1, text.size() - 2));
    }
}

bool Reading::words_name_temporary() const {
    if (inventory_.contents("pg_temp").empty())
        return false;
    for (std::uint32_t i = span_.first; i < span_.last; ++i)
        if (inventory_.find(ObjectKind::table, "pg_temp", lower_case(body_->at(body_->tokens[i]))) != Inventory::none)
            return true;
    return false;
}

// --- names -----------------------------------------------------------------------------------------------------------

std::string Reading::creation_schema() {
    RangeVar anything{};
    anything.type = T_RangeVar;
    anything.relpersistence = RELPERSISTENCE_PERMANENT;
    return world_.schema_for(&anything);
}

Place Reading::to_create(RangeVar const *name) { return {world_.schema_for(name), name->relname}; }

Place Reading::to_create(List const *names) {
    auto [schema, name] = lint::split(names);
    return {schema.empty() ? creation_schema() : schema, name};
}

Id Reading::find(ObjectKind kind, std::vector<std::string> const &names, std::string_view arguments) {
    if (names.empty())
        return Inventory::none;
    if (names.size() > 1)
        return inventory_.find(kind, names[names.size() - 2], names.back(), arguments);
    if (Id const temporary = inventory_.find(kind, "pg_temp", names.back(), arguments); temporary != Inventory::none)
        return temporary;
    for (std::string const &schema : world_.search_path())
        if (Id const found = inventory_.find(kind, schema, names.back(), arguments); found != Inventory::none)
            return found;
    return Inventory::none;
}

Id Reading::find(ObjectKind kind, List const *names, std::string_view arguments) {
    return find(kind, strings(names), arguments);
}

Id Reading::find(RangeVar const *name) {
    std::vector<std::string> names;
    if (name->schemaname)
        names.emplace_back(name->schemaname);
    names.emplace_back(name->relname);
    return find(ObjectKind::table, names);
}

// What no statement has created is probably where unqualified names are created.
Id Reading::relation(RangeVar const *name) {
    if (Id const found = find(name); found != Inventory::none)
        return found;
    Place const place = to_create(name);
    return inventory_.refer(ObjectKind::table, place.schema, place.name);
}

Id Reading::type(List const *names) {
    if (Id const found = find(ObjectKind::type, names); found != Inventory::none)
        return found;
    Place const place = to_create(names);
    return inventory_.refer(ObjectKind::type, place.schema, place.name);
}

// --- arguments -------------------------------------------------------------------------------------------------------

void Reading::add_argument(Signature &signature, TypeName const *type) {
    auto const add = [](std::string &list, const char *separator, std::string const &item) {
        list += (list.empty() ? "" : separator) + item;
    };
    if (!type) { // of an operator without a left operand
        add(signature.arguments, " ", "0");
        add(signature.shown, ", ", "NONE");
        return;
    }
    if (types_path_ != world_.search_path()) {
        types_path_ = world_.search_path();
        types_.clear();
    }
    TypeName plain = *type; // a modifier does not matter, and its code would run
    plain.typmods = NIL;
    plain.setof = false;
    std::string key = dotted(plain.names) + (plain.pct_type ? "%" : "");
    for (int i = 0; i < list_length(plain.arrayBounds); ++i)
        key += "[]";
    auto const [found, added] = types_.try_emplace(key);
    if (added) {
        lint::DataType const known = world_.type(&plain);
        found->second = {known.oid ? std::to_string(known.oid) : key, known.oid ? lint::type_name(known) : key,
                         known.oid != 0};
    }
    add(signature.arguments, " ", found->second.key);
    add(signature.shown, ", ", found->second.shown);
    signature.known = signature.known && found->second.known;
}

Signature Reading::signature(List const *types) {
    Signature signature;
    ListCell *cell; // not each(): a null stands for NONE
    foreach (cell, types) {
        check_for_interrupts();
        add_argument(signature, static_cast<TypeName const *>(lfirst(cell)));
    }
    return signature;
}

// As pg_proc.proargtypes: those of the modes OUT and TABLE are not in it.
Signature Reading::signature_of_parameters(List const *parameters) {
    Signature signature;
    each<FunctionParameter>(parameters, [&](FunctionParameter const &parameter) {
        if (parameter.mode != FUNC_PARAM_OUT && parameter.mode != FUNC_PARAM_TABLE)
            add_argument(signature, parameter.argType);
    });
    return signature;
}

std::vector<Id> Reading::routines(ObjectKind kind, ObjectWithArgs const *object) {
    if (!object->args_unspecified) {
        Id const exact = find(kind, object->objname, signature(object->objargs).arguments);
        if (exact != Inventory::none)
            return {exact};
    }
    if (name_space(kind) != ObjectKind::function)
        return {};
    std::vector<std::string> const names = strings(object->objname);
    std::vector<std::string> schemas = world_.search_path();
    if (names.size() > 1)
        schemas = {names[names.size() - 2]};
    for (std::string const &schema : schemas)
        if (std::vector<Id> all = inventory_.find_all(kind, schema, names.back()); !all.empty())
            return all;
    return {};
}

} // namespace mig::server
