#include "server/store/migration_store.hpp"

#include "server/db/owner.hpp"
#include "server/lock/run_lock.hpp"
#include "server/store/content_columns.hpp"

namespace mig::server {

namespace {

constexpr Column<NewMigration> own_columns[] = {
    column<&NewMigration::version>("version").not_compared(), // its spelling is compared separately: see upsert_sql()
    column<&NewMigration::name>("name"),
    column<&NewMigration::requirements>("requirements"),
    column<&NewMigration::conflicts>("conflicts"),
};

struct Loader {
    std::string_view module;
    LoadedBy by;
};

constexpr Column<Loader> loader_columns[] = {
    column<&Loader::module>("module").not_compared(),
    column<&Loader::by, &LoadedBy::role>("loaded_by").not_compared(),
};

// Not in 1.0.
constexpr Column<NewMigration> later_columns[] = {column<&NewMigration::load_key>("load_key").not_compared()};
constexpr Column<Loader> origin_columns[] = {
    column<&Loader::by, &LoadedBy::cluster>("loaded_in").not_compared(),
    column<&Loader::by, &LoadedBy::as_superuser>("loaded_as_superuser").not_compared(),
};

template <class Columns>
void add_compared(std::vector<const char *> &names, Columns const &columns) {
    for (auto const &column : columns)
        if (column.compared == std::decay_t<decltype(column)>::Compared::yes)
            names.push_back(column.name);
}

// `a = excluded.a, ...`. Of the primary key, the version is set as well: equal versions can be spelled differently.
std::string from_excluded(std::vector<const char *> const &names) {
    std::string list;
    for (std::string const name : names)
        if (name != "module")
            list += name + " = excluded." + name + ", ";
    return list;
}

// Returns true for a row that was inserted (its xmax is 0; that of an updated row is the lock that ON CONFLICT took on
// it), false for one that was changed, and no row if the stored one is the same. IS DISTINCT FROM, because most columns
// can be NULL.
std::string upsert_sql(bool keeps_origins) {
    std::vector<const char *> names, compared;
    add_names(names, own_columns);
    add_names(names, content_columns);
    add_names(names, loader_columns);
    if (keeps_origins) {
        add_names(names, later_columns);
        add_names(names, origin_columns);
    }
    add_compared(compared, own_columns);
    add_compared(compared, content_columns);
    return "INSERT INTO migrator.migration AS m (" + comma_list(names) + ") VALUES (" +
           numbered_parameters(1, names.size()) + ") ON CONFLICT (module, version) DO UPDATE SET " +
           from_excluded(names) + (keeps_origins ? "absent_since = NULL, " : "") +
           "loaded_at = clock_timestamp() WHERE m.version::text <> excluded.version::text"
           " OR m.raw_checksum <> excluded.raw_checksum OR (" + // before the texts, which may be large
           comma_list(compared, "m.") +
           ") IS DISTINCT FROM (" + comma_list(compared, "excluded.") + ") RETURNING xmax = 0";
}

// Makes the current role the loader, unless the present one is trusted more and the file was there. The CASE is
// Loaders::trust() in SQL, with the values of Trust. Here and below, the parameter is cast to migrator.version: for
// text the index would not be used.
constexpr const char *take_over_sql =
    "UPDATE migrator.migration m"
    " SET loaded_by = $3, loaded_at = clock_timestamp(), loaded_in = $7, loaded_as_superuser = $8, absent_since = NULL"
    " WHERE module = $1 AND version = $2::migrator.version AND (absent_since IS NOT NULL"
    " OR (loaded_by, loaded_in, loaded_as_superuser) IS DISTINCT FROM ($3, $7, $8) AND $4 >= coalesce((SELECT CASE"
    " WHEN r.rolsuper AND (m.loaded_in = $7 OR m.loaded_as_superuser) THEN 2"
    " WHEN $5 OR r.rolname = ANY ($6) AND m.loaded_in = $7 THEN 1 ELSE 0 END"
    " FROM pg_roles r WHERE r.rolname = m.loaded_by), 0))";
constexpr const char *take_over_sql_1_0 =
    "UPDATE migrator.migration m SET loaded_by = $3, loaded_at = clock_timestamp()"
    " WHERE module = $1 AND version = $2::migrator.version AND loaded_by <> $3 AND $4 >= coalesce("
    "(SELECT CASE WHEN r.rolsuper THEN 2 WHEN $5 OR r.rolname = ANY ($6) THEN 1 ELSE 0 END"
    " FROM pg_roles r WHERE r.rolname = m.loaded_by), 0)";

constexpr const char *set_absent_sql = "UPDATE migrator.migration SET absent_since = clock_timestamp()"
                                       " WHERE module = $1 AND version = $2::migrator.version AND absent_since IS NULL";

constexpr const char *set_key_sql = "UPDATE migrator.migration SET load_key = $3 WHERE module = $1"
                                    " AND version = $2::migrator.version AND load_key IS DISTINCT FROM $3";

// The same text may stand elsewhere in its file, as a changeset does after others before it have changed.
constexpr const char *set_lines_sql = "UPDATE migrator.migration SET up_line = $3, down_line = $4, verify_line = $5"
                                      " WHERE module = $1 AND version = $2::migrator.version"
                                      " AND (up_line, down_line, verify_line) IS DISTINCT FROM ($3, $4, $5)";

} // namespace

const char *word(Stored stored) noexcept {
    return stored == Stored::added ? "added" : stored == Stored::changed ? "changed" : "unchanged";
}

MigrationStore::MigrationStore(std::string_view module)
    : module_(module), loaded_by_(current_role()), cluster_(cluster_identifier()),
      keeps_origins_(tables_have_origins()), trust_(loaders_.trust(loaded_by_)),
      upsert_sql_(upsert_sql(keeps_origins_)), upsert_(upsert_sql_.c_str()),
      take_over_(keeps_origins_ ? take_over_sql : take_over_sql_1_0), set_key_(set_key_sql), set_lines_(set_lines_sql),
      set_absent_(set_absent_sql) {
    refuse_during_run("load migrations");
}

Stored MigrationStore::save(NewMigration const &migration) {
    // A role that loads one body does not vouch for the others, which it may not even have seen.
    bool const rest_trusted_less =
        migration.loader_of_rest && loaders_.trust(*migration.loader_of_rest, migration.rest_from) < trust_;
    LoadedFrom const from = rest_trusted_less ? migration.rest_from : LoadedFrom{false, trust_ == Trust::superuser};
    Loader loader{module_, {loaded_by_, std::nullopt, from.as_superuser}};
    if (rest_trusted_less)
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
        if (!rest_trusted_less)
            take_over(migration.version);
        set_lines(migration);
        if (migration.load_key)
            set_key(migration.version, *migration.load_key);
        return Stored::unchanged;
    }
    return rows.boolean(0, Rows::only_column) ? Stored::added : Stored::changed;
}

void MigrationStore::set_lines(NewMigration const &migration) {
    MigrationContent const &content = migration.content;
    std::optional<std::uint32_t> verify_line;
    if (content.verify)
        verify_line = content.verify->line;
    (void) set_lines_(
        {module_, migration.version, content.up.line, content.down ? content.down->line : 1U, verify_line});
}

void MigrationStore::keep(std::string_view version, LoadedBy const &before, bool absent) {
    bool const ours =
        before.role == loaded_by_ && before.cluster == cluster_ && before.as_superuser == (trust_ == Trust::superuser);
    if (ours && !absent)
        return;
    AsOwner const owner;
    take_over(version);
}

void MigrationStore::set_absent(std::string_view version) {
    AsOwner const owner;
    (void) set_absent_({module_, version});
}

bool MigrationStore::trusted_as(LoadedBy const &loader) const {
    return loaders_.trust(loader.role, {loader.cluster != cluster_, loader.as_superuser}) <= trust_;
}

void MigrationStore::set_key(std::string_view version, std::string_view load_key) {
    if (!keeps_origins_) // a table of 1.0 has no column for it
        return;
    AsOwner const owner;
    (void) set_key_({module_, version, load_key});
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
    constexpr std::size_t origin_parameters = 2; // the last ones, which the query for 1.0 does not have
    (void) take_over_(parameters, std::size(parameters) - (keeps_origins_ ? 0 : origin_parameters));
}

void forget(std::string_view module, std::string_view version) {
    AsOwner const owner;
    (void) query("DELETE FROM migrator.migration WHERE module = $1 AND version = $2::migrator.version",
                 {module, version}, Access::fresh);
}

} // namespace mig::server
