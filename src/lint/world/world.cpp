#include "lint/world/world.hpp"

#include "bridge/compat.hpp"
#include "lint/world/calls.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/owner.hpp"
#include "server/parse/tree.hpp"

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

// The array form of SplitIdentifierString(), which writes into its argument; empty if the text is malformed.
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

// "pg_temp" stands for pg_temp_N of this session, which may have none yet: get_namespace_oid() does not know it.
Oid relation_named(const char *schema, const char *name) {
    Oid const namespace_oid =
        strcmp(schema, "pg_temp") == 0 ? LookupExplicitNamespace("pg_temp", true) : get_namespace_oid(schema, true);
    return OidIsValid(namespace_oid) ? get_relname_relid(name, namespace_oid) : InvalidOid;
}

} // namespace

WorldContents::Name split(List const *names) {
    std::vector<std::string> const parts = strings(names); // [database.]schema.name
    if (parts.empty())
        return {};
    return {parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back()};
}

WorldContents::Name split(RangeVar const *name) { return {name->schemaname ? name->schemaname : "", name->relname}; }

// --- role and search_path --------------------------------------------------------------------------------------------

// Constructed while the caller is still the current user, before the extension's owner acts: see findings() in
// lint.cpp. namespace_search_path is the setting as it was written, with "$user".
WorldContents::WorldContents() {
    GetUserIdAndSecContext(&caller, &caller_security_context);
    follow_settings();
}

void WorldContents::follow_settings() {
    std::optional<std::string> const setting = settings.value("search_path");
    if (setting) // what the migration computes is not known: the names then mean what they meant before
        use_path(schemas_of(setting->c_str()));
}

// Empty where the list is malformed: check_search_path() refuses to SET it.
std::vector<std::string> WorldContents::schemas_of(const char *search_path) const {
    Strings const names = pg::guarded([=] { return split_path(search_path); });
    std::vector<std::string> schemas;
    for (int i = 0; i < names.count; ++i)
        if (strcmp(names.values[i], "$user") == 0) {
            Oid const user = settings.role();
            const char *const role = pg::guarded([=] { return GetUserNameFromId(user, true); });
            if (role)
                schemas.emplace_back(role);
        } else {
            schemas.emplace_back(names.values[i]);
        }
    return schemas;
}

// As recomputeNamespacePath(): pg_temp and then pg_catalog are searched first, unless the path names them. Unlike the
// server, it keeps schemas that the role may not use: a finding may be about a table that the statement does not find.
void WorldContents::use_path(std::vector<std::string> schemas) {
    last_found.reset();
    if (schemas == path && !lookup_order.empty())
        return; // at the beginning of nearly every migration; the caches stay valid
    path = std::move(schemas);
    plain_types.clear();
    lookup_order.clear();
    for (const char *const first : {"pg_temp", "pg_catalog"})
        if (std::find(path.begin(), path.end(), first) == path.end())
            lookup_order.emplace_back(first);
    lookup_order.insert(lookup_order.end(), path.begin(), path.end());
}

bool WorldContents::schema_exists(std::string const &name) const {
    if (new_schemas.count(name) > 0 || name == "pg_temp")
        return true;
    const char *const text = name.c_str();
    return OidIsValid(pg::guarded([=] { return get_namespace_oid(text, true); }));
}

bool WorldContents::is_domain(TypeName const *type_name) const {
    char const *const pending = pending_type(split(type_name->names));
    return pending && *pending == TYPTYPE_DOMAIN;
}

// The map is ordered by name and then schema, so that a name without schema is found by its beginning.
char const *WorldContents::pending_type(Name const &name) const {
    auto const found = types.lower_bound(type_key(name));
    bool const matches = found != types.end() && found->first.first == name.second &&
                         (name.first.empty() || found->first.second == name.first);
    return matches ? &found->second : nullptr;
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
    for (auto const &[name, value] : contents.settings.changed_for_analysis()) {
        const char *const variable = name, *const text = value.c_str();
        // At the nest level of path_, which ends with it. A value that its setting does not take is for SET to refuse.
        pg::guarded([=] {
            (void) set_config_option(variable, text, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, DEBUG5, false);
        });
    }
    if (role == Role::caller)
        SetUserIdAndSecContext(contents.caller, contents.caller_security_context);
}

AsBody::~AsBody() { SetUserIdAndSecContext(user_, security_context_); }

World::World() : contents_(std::make_unique<WorldContents>()) {}
World::~World() = default;

void World::begin_migration(Directives const &directives) {
    contents_->settings.begin_migration(directives);
    contents_->follow_settings();
}

void World::begin_transaction() {
    contents_->settings.begin_transaction();
    contents_->follow_settings();
}

void World::end_migration(std::unordered_set<Table const *> const &written) {
    contents_->written.insert(written.begin(), written.end());
}

bool World::was_written(Table const &table) const { return contents_->written.count(&table) > 0; }
SettingsInForce const &World::settings() const { return contents_->settings; }
std::uint32_t World::role() const { return contents_->settings.role(); }
std::vector<std::string> const &World::search_path() const { return contents_->path; }
std::uint32_t World::caller() const { return contents_->caller; }

// --- relations -------------------------------------------------------------------------------------------------------

Table *WorldContents::add(std::unique_ptr<Table> relation) {
    Table *const result = relation.get();
    relations.push_back(std::move(relation));
    if (result->oid)
        by_oid[result->oid] = result;
    by_name[{result->schema, result->name}] = result;
    return result; // cppcheck-suppress returnDanglingLifetime ; its owner has moved into `relations`
}

// First by_name, which has the effects of pending statements and also remembers names that do not exist. Then the
// catalog, where the name may belong to a relation that a pending statement has renamed.
Table *WorldContents::find(Name const &name) {
    auto const known = by_name.find(name);
    if (known != by_name.end())
        return known->second;
    const char *const schema = name.first.c_str(), *const relation = name.second.c_str();
    Oid const oid = pg::guarded([=] { return relation_named(schema, relation); });
    if (!OidIsValid(oid))
        return by_name[name] = nullptr;
    auto const moved = by_oid.find(oid); // renamed by a pending statement, or pg_temp under its other name, pg_temp_N
    if (moved != by_oid.end())
        return by_name[name] = moved->second && moved->second->name == name.second ? moved->second : nullptr;
    std::unique_ptr<Table> loaded = load_relation(oid);
    return loaded ? by_name[name] = add(std::move(loaded)) : by_name[name] = nullptr;
}

Table *World::find(RangeVar const *name) {
    std::optional<WorldContents::LastFound> &last = contents_->last_found;
    if (!last || last->schema != name->schemaname || last->name != name->relname)
        last = {name->schemaname, name->relname, contents_->resolve(split(name))};
    return last->relation;
}

Table *World::find(List const *names) {
    WorldContents::Name const name = split(names);
    return name.second.empty() ? nullptr : contents_->resolve(name);
}

// DROP TRIGGER, POLICY and RULE name the table before the part: [schema.]table.part.
Table *World::find_table_of(List const *names) {
    std::vector<std::string> const parts = strings(names);
    if (parts.size() < 2)
        return nullptr;
    return contents_->resolve({parts.size() > 2 ? parts[parts.size() - 3] : "", parts[parts.size() - 2]});
}

// As RelnameGetRelid() searches the path.
Table *WorldContents::resolve(Name const &name) {
    if (!name.first.empty())
        return find(name);
    for (std::string const &schema : lookup_order)
        if (Table *const found = find({schema, name.second}))
            return found;
    return nullptr;
}

Table *World::find(std::uint32_t oid) {
    auto const known = contents_->by_oid.find(oid);
    if (known != contents_->by_oid.end())
        // By OID a table is found under whatever name pending statements have given it.
        return known->second && !known->second->dropped ? known->second : nullptr;
    std::unique_ptr<Table> loaded = load_relation(oid);
    return loaded ? contents_->add(std::move(loaded)) : nullptr;
}

World::FoundIndex World::find_index(RangeVar const *name) { return find_index(split(name)); }
World::FoundIndex World::find_index(List const *names) { return find_index(split(names)); }

// As for relations: in each schema what pending statements have created, renamed or dropped, then the catalog.
World::FoundIndex World::find_index(std::pair<std::string, std::string> const &name) {
    if (name.second.empty())
        return {};
    std::vector<std::string> const schemas =
        name.first.empty() ? contents_->lookup_order : std::vector<std::string>{name.first};
    for (std::string const &schema : schemas) {
        auto const pending = contents_->new_indexes.find({schema, name.second});
        if (pending != contents_->new_indexes.end()) {
            if (Table *const table = pending->second.table)
                return {table, table->index(pending->second.name)};
            continue; // dropped or renamed
        }
        const char *const schema_name = schema.c_str(), *const index_name = name.second.c_str();
        Oid const table = pg::guarded([=] {
            // Indexes share pg_class and its names with tables: what is found may not be one, and has no table then.
            Oid const found = relation_named(schema_name, index_name);
            return OidIsValid(found) ? IndexGetRelation(found, true) : InvalidOid;
        });
        if (OidIsValid(table))
            if (Table *const relation = find(table))
                return {relation, relation->index(name.second)};
    }
    return {};
}

// As RangeVarGetCreationNamespace(): the first schema of the path that exists.
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

// Types without modifier, array bounds and the like are kept: nearly all are such, and each lookup takes a
// subtransaction.
DataType World::type(TypeName const *name) {
    // Before the types of the catalog, in whatever schema it is: without an OID a rule is silent rather than wrong.
    if (contents_->pending_type(split(name->names))) {
        DataType pending;
        pending.is_new = true;
        return pending;
    }
    bool const plain = name->names && !name->typmods && !name->arrayBounds && !name->setof && !name->pct_type;
    if (!plain)
        return contents_->resolve(name);
    std::string key;
    for (std::string const &part : strings(name->names))
        key += part + '.';
    auto const [known, inserted] = contents_->plain_types.try_emplace(std::move(key));
    if (inserted)
        known->second = contents_->resolve(name);
    return known->second;
}

// In a subtransaction, because LookupTypeNameExtended() raises ERRORs in spite of missing_ok: for a modifier that the
// type does not accept, for instance.
DataType WorldContents::resolve(TypeName const *name) const {
    struct Found {
        Oid oid;
        int32 typmod;
    } found{};
    AsBody const as_body(*this, AsBody::Role::owner);
    (void) attempt([&] {
        found = pg::guarded([=] {
            Found resolved{InvalidOid, -1};
            Type const tuple = LookupTypeNameExtended(nullptr, name, &resolved.typmod, true, true);
            if (tuple) {
                resolved.oid = typeTypeId(tuple);
                ReleaseSysCache(tuple);
            }
            return resolved;
        });
    });
    DataType result;
    result.oid = found.oid;
    result.typmod = OidIsValid(found.oid) ? found.typmod : -1;
    return result;
}

// The most volatile of all candidates: the types of the arguments, which decide between them, are known only after
// parse analysis, and that would need the objects of earlier pending statements.
char World::volatility(List *names, int arguments) {
    WorldContents::Name const name = split(names);
    char most = 0;
    auto const consider = [&](char volatility) {
        auto const rank = [](char provolatile) {
            return provolatile == 'v' ? 3 : provolatile == 's' ? 2 : provolatile == 'i' ? 1 : 0;
        };
        if (rank(volatility) > rank(most))
            most = volatility;
    };
    if (auto const pending = contents_->functions.find(name.second); pending != contents_->functions.end())
        for (WorldContents::Function const &function : pending->second)
            if ((name.first.empty() || function.name.first == name.first) &&
                (arguments < 0 || function.arguments == arguments))
                consider(function.volatility);
    struct Found {
        bool is_volatile, is_stable, is_immutable;
    } found{};
    AsBody const as_body(*contents_, AsBody::Role::owner);
    (void) attempt([&] {
        found = pg::guarded([=] {
            Found any{};
            FuncCandidateList candidate = pg::function_candidates(names, arguments);
            for (; candidate; candidate = candidate->next)
                if (OidIsValid(candidate->oid)) // not where two with default arguments are ambiguous
                    switch (func_volatile(candidate->oid)) {
                    case PROVOLATILE_VOLATILE:
                        any.is_volatile = true;
                        break;
                    case PROVOLATILE_STABLE:
                        any.is_stable = true;
                        break;
                    default:
                        any.is_immutable = true;
                    }
            return any;
        });
    });
    consider(found.is_volatile ? 'v' : found.is_stable ? 's' : found.is_immutable ? 'i' : '\0');
    return most;
}

// Operators and casts do not count either, as their functions are known only after parse analysis.
bool World::is_volatile(Node *expression) {
    std::vector<FuncCall const *> calls;
    (void) attempt([&] { calls = calls_in(expression); });
    for (FuncCall const *const call : calls)
        // Only 'v': ADD COLUMN evaluates a STABLE default once for all rows, as ATExecAddColumn() asks
        // contain_volatile_functions().
        if (volatility(call->funcname, list_length(call->args)) == 'v')
            return true;
    return false;
}

} // namespace mig::server::lint
