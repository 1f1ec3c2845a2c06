#include "lint/world/world.hpp"

#include "bridge/compat.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/owner.hpp"

#include <algorithm>

extern "C" {
#include "access/htup_details.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/value.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"
}

namespace mig::server::lint {

namespace {

struct Strings {
    const char *const *values;
    int count;
};

// SplitIdentifierString() as an array; none when the text is malformed.
Strings split_path(const char *text) {
    List *names = NIL;
    if (!SplitIdentifierString(pstrdup(text), ',', &names))
        return {nullptr, 0};
    auto **values = static_cast<const char **>(palloc(sizeof(char *) * (list_length(names) + 1)));
    int count = 0;
    ListCell *cell;
    foreach (cell, names)
        values[count++] = static_cast<const char *>(lfirst(cell));
    return {values, count};
}

Oid relation_named(const char *schema, const char *name) {
    Oid const space =
        strcmp(schema, "pg_temp") == 0 ? LookupExplicitNamespace("pg_temp", true) : get_namespace_oid(schema, true);
    return OidIsValid(space) ? get_relname_relid(name, space) : InvalidOid;
}

} // namespace

std::vector<std::string> strings(List const *names) {
    std::vector<std::string> result;
    ListCell *cell;
    foreach (cell, names)
        if (lfirst(cell) && IsA(lfirst(cell), String))
            result.emplace_back(strVal(lfirst(cell)));
    return result;
}

WorldContents::Name split(List *names) {
    std::vector<std::string> const parts = strings(names); // [database.]schema.name
    if (parts.empty())
        return {};
    return {parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back()};
}

WorldContents::Name split(RangeVar const *name) { return {name->schemaname ? name->schemaname : "", name->relname}; }

// --- who and where ---------------------------------------------------------------------------------------------------

WorldContents::WorldContents() {
    GetUserIdAndSecContext(&caller, &caller_security_context);
    set_path(namespace_search_path, callers_path);
    path = callers_path;
}

void WorldContents::set_path(const char *search_path, std::vector<std::string> &to) const {
    Strings const names = pg::guarded([=] { return split_path(search_path); });
    to.clear();
    for (int i = 0; i < names.count; ++i)
        if (strcmp(names.values[i], "$user") == 0) {
            Oid const user = caller;
            const char *const role = pg::guarded([=] { return GetUserNameFromId(user, true); });
            if (role)
                to.emplace_back(role);
        } else {
            to.emplace_back(names.values[i]);
        }
}

void WorldContents::set_path_of(List *arguments) {
    path.clear();
    ListCell *cell;
    foreach (cell, arguments) {
        auto const *constant = static_cast<Node const *>(lfirst(cell));
        if (IsA(constant, A_Const) && !castNode(A_Const, constant)->isnull &&
            nodeTag(&castNode(A_Const, constant)->val) == T_String) {
            std::vector<std::string> one;
            std::string name = castNode(A_Const, constant)->val.sval.sval;
            set_path(("\"" + name + "\"").c_str(), one);
            path.insert(path.end(), one.begin(), one.end());
        }
    }
}

std::vector<std::string> WorldContents::lookup_order() const {
    std::vector<std::string> order;
    auto const named = [&](const char *name) { return std::find(path.begin(), path.end(), name) != path.end(); };
    if (!named("pg_temp"))
        order.emplace_back("pg_temp");
    if (!named("pg_catalog"))
        order.emplace_back("pg_catalog");
    order.insert(order.end(), path.begin(), path.end());
    return order;
}

bool WorldContents::schema_exists(std::string const &name) const {
    if (new_schemas.count(name) > 0 || name == "pg_temp")
        return true;
    const char *const text = name.c_str();
    return OidIsValid(pg::guarded([=] { return get_namespace_oid(text, true); }));
}

bool WorldContents::is_domain(TypeName const *type_name) const {
    char const *const made = type_made(split(type_name->names));
    return made && *made == TYPTYPE_DOMAIN;
}

char const *WorldContents::type_made(Name const &name) const {
    auto const found = types.lower_bound(by_type_name(name));
    bool const there = found != types.end() && found->first.first == name.second &&
                       (name.first.empty() || found->first.second == name.first);
    return there ? &found->second : nullptr;
}

std::string WorldContents::path_setting() const {
    std::string setting;
    for (std::string const &schema : path)
        setting += (setting.empty() ? "" : ", ") + quoted(schema);
    return setting;
}

AsBody::AsBody(WorldContents const &contents, Role role)
    : user_(InvalidOid), security_context_(0), path_(contents.path_setting().c_str()) {
    GetUserIdAndSecContext(&user_, &security_context_);
    if (role == Role::caller)
        SetUserIdAndSecContext(contents.caller, contents.caller_security_context);
}

AsBody::~AsBody() { SetUserIdAndSecContext(user_, security_context_); }

std::string type_name(Type const &type) {
    Oid const oid = type.oid;
    std::int32_t const typmod = type.typmod;
    return oid == 0 ? "?" : pg::guarded([=]() -> const char * { return format_type_with_typemod(oid, typmod); });
}

World::World() : contents_(std::make_unique<WorldContents>()) {}
World::~World() = default;

void World::begin_migration() { contents_->path = contents_->callers_path; }
std::vector<std::string> const &World::search_path() const { return contents_->path; }
std::uint32_t World::caller() const { return contents_->caller; }

// --- relations -------------------------------------------------------------------------------------------------------

Relation *WorldContents::add(std::unique_ptr<Relation> relation) {
    Relation *const result = relation.get();
    relations.push_back(std::move(relation));
    if (result->oid)
        by_oid[result->oid] = result;
    by_name[{result->schema, result->name}] = result;
    return result; // cppcheck-suppress returnDanglingLifetime ; its owner has moved into the map
}

Relation *WorldContents::find(Name const &name) {
    auto const known = by_name.find(name);
    if (known != by_name.end())
        return known->second;
    const char *const schema = name.first.c_str(), *const relation = name.second.c_str();
    Oid const oid = pg::guarded([=] { return relation_named(schema, relation); });
    if (!OidIsValid(oid))
        return by_name[name] = nullptr;
    auto const moved = by_oid.find(oid); // renamed by a pending statement, or known by its schema's other name
    if (moved != by_oid.end())
        return by_name[name] = moved->second && moved->second->name == name.second ? moved->second : nullptr;
    std::unique_ptr<Relation> loaded = load_relation(oid);
    return loaded ? by_name[name] = add(std::move(loaded)) : by_name[name] = nullptr;
}

Relation *World::find(RangeVar const *name) {
    WorldContents::Name const place = split(name);
    if (!place.first.empty())
        return contents_->find(place);
    for (std::string const &schema : contents_->lookup_order())
        if (Relation *const found = contents_->find({schema, place.second}))
            return found;
    return nullptr;
}

Relation *World::find(List *names) {
    WorldContents::Name const place = split(names);
    RangeVar name{};
    name.schemaname = place.first.empty() ? nullptr : const_cast<char *>(place.first.c_str());
    name.relname = const_cast<char *>(place.second.c_str());
    return place.second.empty() ? nullptr : find(&name);
}

Relation *World::find(std::uint32_t oid) {
    auto const known = contents_->by_oid.find(oid);
    if (known != contents_->by_oid.end())
        return known->second && !known->second->dropped ? known->second : nullptr;
    std::unique_ptr<Relation> loaded = load_relation(oid);
    return loaded ? contents_->add(std::move(loaded)) : nullptr;
}

World::OfIndex World::find_index(RangeVar const *name) {
    WorldContents::Name place = split(name);
    std::vector<std::string> const schemas =
        place.first.empty() ? contents_->lookup_order() : std::vector<std::string>{place.first};
    for (std::string const &schema : schemas) {
        auto const made = contents_->new_indexes.find({schema, place.second});
        if (made != contents_->new_indexes.end()) {
            if (Relation *const table = made->second.table)
                return {table, table->index(made->second.name)};
            continue;
        }
        const char *const space = schema.c_str(), *const index = place.second.c_str();
        Oid const table = pg::guarded([=] {
            Oid const found = relation_named(space, index);
            return OidIsValid(found) ? IndexGetRelation(found, true) : InvalidOid;
        });
        if (OidIsValid(table))
            if (Relation *const relation = find(table))
                return {relation, relation->index(place.second)};
    }
    return {};
}

World::OfIndex World::find_index(List *names) {
    WorldContents::Name const place = split(names);
    RangeVar name{};
    name.schemaname = place.first.empty() ? nullptr : const_cast<char *>(place.first.c_str());
    name.relname = const_cast<char *>(place.second.c_str());
    return place.second.empty() ? OfIndex{} : find_index(&name);
}

std::string World::schema_for(RangeVar const *name) {
    if (name->relpersistence == RELPERSISTENCE_TEMP)
        return "pg_temp";
    if (name->schemaname)
        return name->schemaname;
    for (std::string const &schema : contents_->path)
        if (contents_->schema_exists(schema))
            return schema;
    return {};
}

// --- types and functions ---------------------------------------------------------------------------------------------

Type World::type(TypeName const *name) {
    Type result;
    if (contents_->type_made(split(name->names))) {
        result.is_new = true;
        return result;
    }
    struct Found {
        Oid oid;
        int32 typmod;
    } found{};
    AsBody const as_body(*contents_, AsBody::Role::owner);
    (void) attempt([&] {
        found = pg::guarded([=] {
            Found resolved{InvalidOid, -1};
            ::Type const tuple = LookupTypeNameExtended(nullptr, name, &resolved.typmod, true, true);
            if (tuple) {
                resolved.oid = typeTypeId(tuple);
                ReleaseSysCache(tuple);
            }
            return resolved;
        });
    });
    result.oid = found.oid;
    result.typmod = OidIsValid(found.oid) ? found.typmod : -1;
    return result;
}

char World::volatility(List *names, int arguments) {
    WorldContents::Name const place = split(names);
    char most = 0;
    auto const take = [&](char one) {
        auto const rank = [](char of) { return of == 'v' ? 3 : of == 's' ? 2 : of == 'i' ? 1 : 0; };
        if (rank(one) > rank(most))
            most = one;
    };
    if (auto const made = contents_->functions.find(place.second); made != contents_->functions.end())
        for (WorldContents::Function const &function : made->second)
            if ((place.first.empty() || function.name.first == place.first) &&
                (arguments < 0 || function.arguments == arguments))
                take(function.volatility);
    struct Found {
        bool volatile_one, stable, immutable;
    } found{};
    AsBody const as_body(*contents_, AsBody::Role::owner);
    (void) attempt([&] {
        found = pg::guarded([=] {
            Found seen{};
            FuncCandidateList one = pg::function_candidates(names, arguments);
            for (; one; one = one->next)
                if (OidIsValid(one->oid))
                    switch (func_volatile(one->oid)) {
                    case PROVOLATILE_VOLATILE:
                        seen.volatile_one = true;
                        break;
                    case PROVOLATILE_STABLE:
                        seen.stable = true;
                        break;
                    default:
                        seen.immutable = true;
                    }
            return seen;
        });
    });
    take(found.volatile_one ? 'v' : found.stable ? 's' : found.immutable ? 'i' : '\0');
    return most;
}

namespace {

// The names and numbers of arguments of the functions that a raw expression calls.
struct Calls {
    FuncCall *found[64];
    int count;
};

bool collect_calls(Node *node, void *context) {
    if (!node)
        return false;
    auto *calls = static_cast<Calls *>(context);
    if (IsA(node, FuncCall) && calls->count < 64)
        calls->found[calls->count++] = castNode(FuncCall, node);
    return pg::walk_raw_expression(node, collect_calls, context);
}

} // namespace

bool World::is_volatile(Node *expression) {
    Calls calls{};
    Calls *const found = &calls;
    (void) attempt([&] { pg::guarded([=] { (void) collect_calls(expression, found); }); });
    for (int i = 0; i < calls.count; ++i)
        if (volatility(calls.found[i]->funcname, list_length(calls.found[i]->args)) == 'v')
            return true;
    return false;
}

} // namespace mig::server::lint
