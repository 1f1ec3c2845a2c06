#include "server/store/migration_store.hpp"

#include "server/db/owner.hpp"
#include "server/lock/run_lock.hpp"
#include "server/store/content_columns.hpp"

namespace mig::server {

namespace {

constexpr Column<NewMigration> own_columns[] = {
    column<&NewMigration::version>("version").telling_nothing(), // equal versions may be spelled otherwise: see below
    column<&NewMigration::name>("name"),
    column<&NewMigration::requirements>("requirements"),
    column<&NewMigration::conflicts>("conflicts"),
};

struct Loader {
    std::string_view module;
    LoadedBy by;
};

constexpr Column<Loader> loader_columns[] = {
    column<&Loader::module>("module").telling_nothing(),
    column<&Loader::by, &LoadedBy::role>("loaded_by").telling_nothing(),
};

// Not in 1.0.
constexpr Column<NewMigration> later_columns[] = {column<&NewMigration::load_key>("load_key").telling_nothing()};
constexpr Column<Loader> origin_columns[] = {
    column<&Loader::by, &LoadedBy::cluster>("loaded_in").telling_nothing(),
    column<&Loader::by, &LoadedBy::as_superuser>("loaded_as_superuser").telling_nothing(),
};

template <class Columns>
void add_telling(std::vector<const char *> &names, Columns const &columns) {
    for (auto const &column : columns)
        if (column.tells == std::decay_t<decltype(column)>::Tells::difference)
            names.push_back(column.name);
}

// `a = excluded.a, ...` of all that are no part of the key; the version may be spelled otherwise.
std::string from_excluded(std::vector<const char *> const &names) {
    std::string list;
    for (std::string const name : names)
        if (name != "module")
            list += name + " = excluded." + name + ", ";
    return list;
}

// xmax = 0 only for a row that this statement inserted. No row at all: nothing to change.
std::string upsert_sql(bool keeps_origins) {
    std::vector<const char *> names, telling;
    add_names(names, own_columns);
    add_names(names, content_columns);
    add_names(names, loader_columns);
    if (keeps_origins) {
        add_names(names, later_columns);
        add_names(names, origin_columns);
    }
    add_telling(telling, own_columns);
    add_telling(telling, content_columns);
    return "INSERT INTO migrator.migration AS m (" + listed(names) + ") VALUES (" + parameters(1, names.size()) +
           ") ON CONFLICT (module, version) DO UPDATE SET " + from_excluded(names) +
           "loaded_at = clock_timestamp() WHERE m.version::text <> excluded.version::text"
           " OR m.raw_checksum <> excluded.raw_checksum OR (" + // before the texts, which may be large
           listed(telling, "m.") + ") IS DISTINCT FROM (" + listed(telling, "excluded.") + ") RETURNING xmax = 0";
}

// What is trusted less, or as much: as Loaders::trust() says it. Here and below, a version is cast: the index does not
// know text.
constexpr const char *take_over_sql =
    "UPDATE migrator.migration m"
    " SET loaded_by = $3, loaded_at = clock_timestamp(), loaded_in = $7, loaded_as_superuser = $8"
    " WHERE module = $1 AND version = $2::migrator.version"
    " AND (loaded_by, loaded_in, loaded_as_superuser) IS DISTINCT FROM ($3, $7, $8) AND $4 >= coalesce((SELECT CASE"
    " WHEN r.rolsuper AND (m.loaded_in = $7 OR m.loaded_as_superuser) THEN 2"
    " WHEN $5 OR r.rolname = ANY ($6) AND m.loaded_in = $7 THEN 1 ELSE 0 END"
    " FROM pg_roles r WHERE r.rolname = m.loaded_by), 0)";
constexpr const char *take_over_sql_1_0 =
    "UPDATE migrator.migration m SET loaded_by = $3, loaded_at = clock_timestamp()"
    " WHERE module = $1 AND version = $2::migrator.version AND loaded_by <> $3 AND $4 >= coalesce("
    "(SELECT CASE WHEN r.rolsuper THEN 2 WHEN $5 OR r.rolname = ANY ($6) THEN 1 ELSE 0 END"
    " FROM pg_roles r WHERE r.rolname = m.loaded_by), 0)";

constexpr const char *put_key_sql = "UPDATE migrator.migration SET load_key = $3 WHERE module = $1"
                                    " AND version = $2::migrator.version AND load_key IS DISTINCT FROM $3";

} // namespace

const char *word(Stored stored) noexcept {
    return stored == Stored::added ? "added" : stored == Stored::changed ? "changed" : "unchanged";
}

MigrationStore::MigrationStore(std::string_view module)
    : module_(module), loaded_by_(current_role()), cluster_(cluster_identifier()), keeps_origins_(origins_are_kept()),
      trust_(loaders_.trust(loaded_by_)), upsert_sql_(upsert_sql(keeps_origins_)), upsert_(upsert_sql_.c_str()),
      take_over_(keeps_origins_ ? take_over_sql : take_over_sql_1_0), put_key_(put_key_sql) {
    refuse_in_flight("load migrations");
}

Stored MigrationStore::put(NewMigration const &migration) {
    bool const of_lesser =
        migration.loader_of_rest && loaders_.trust(*migration.loader_of_rest, migration.rest_from) < trust_;
    LoadedFrom const from = of_lesser ? migration.rest_from : LoadedFrom{false, trust_ == Trust::superuser};
    Loader loader{module_, {loaded_by_, std::nullopt, from.as_superuser}};
    if (of_lesser)
        loader.by.role = *migration.loader_of_rest;
    if (!from.elsewhere)
        loader.by.cluster = cluster_;
    std::vector<Value> values;
    add_values(values, migration, own_columns);
    add_values(values, migration.content, content_columns);
    add_values(values, loader, loader_columns);
    if (keeps_origins_) {
        add_values(values, migration, later_columns);
        add_values(values, loader, origin_columns);
    }
    AsOwner const owner;
    Rows const rows = upsert_(values.data(), values.size());
    if (rows.size() == 0) {
        if (!of_lesser)
            take_over(migration.version);
        if (migration.load_key)
            put_key(migration.version, *migration.load_key);
        return Stored::unchanged;
    }
    return rows.boolean(0, Rows::only) ? Stored::added : Stored::changed;
}

void MigrationStore::put_again(std::string_view version, LoadedBy const &before) {
    bool const ours =
        before.role == loaded_by_ && before.cluster == cluster_ && before.as_superuser == (trust_ == Trust::superuser);
    if (ours)
        return;
    AsOwner const owner;
    take_over(version);
}

void MigrationStore::put_key(std::string_view version, std::string_view key) {
    if (!keeps_origins_)
        return;
    AsOwner const owner;
    (void) put_key_({module_, version, key});
}

void MigrationStore::take_over(std::string_view version) {
    Value const parameters[] = {module_,
                                version,
                                loaded_by_,
                                static_cast<std::int32_t>(trust_),
                                loaders_.everybody(),
                                loaders_.listed(),
                                cluster_,
                                trust_ == Trust::superuser};
    constexpr std::size_t new_ones = 2;
    (void) take_over_(parameters, std::size(parameters) - (keeps_origins_ ? 0 : new_ones));
}

void forget(std::string_view module, std::string_view version) {
    AsOwner const owner;
    (void) query("DELETE FROM migrator.migration WHERE module = $1 AND version = $2::migrator.version",
                 {module, version}, Access::fresh);
}

} // namespace mig::server
