#include "core/base/failure.hpp"
#include "core/convention/convention_readers.hpp"
#include "core/convention/marker.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

using namespace trait;

// --- file names ------------------------------------------------------------------------------------------------------

constexpr FilePattern home_files[] = {{"{groups}_{name}.sql", Role::up}};
constexpr FilePattern numbered_files[] = {{"{digits}_{name}.sql", Role::up}};
constexpr FilePattern dbmate_files[] = {
    {"{digits}_{name}.sql", Role::up},
    {"{digits}-{name}.sql", Role::up},
    {"{digits}.sql", Role::up},
    {"{digits}{name}.sql", Role::up},
};
constexpr FilePattern paired_files[] = {
    {"{digits}_{name}.up.sql", Role::up},
    {"{digits}_{name}.down.sql", Role::down},
    {"V{digits}.{name}.up.sql", Role::up}, // of programs with a migrator of their own
    {"V{digits}.{name}.down.sql", Role::down},
};
constexpr FilePattern numbered_or_paired_files[] = {
    {"{digits}_{name}.sql", Role::up},
    {"{digits}_{name}.up.sql", Role::up, whole},
    {"{digits}_{name}.down.sql", Role::down, whole},
};
constexpr FilePattern flyway_files[] = {
    {"V{dotted}__{name}.sql", Role::up},
    {"U{dotted}__{name}.sql", Role::down},
    {"R__{name}.sql", Role::up, repeatable},
    {"B{dotted}__{name}.sql", Role::up, snapshot},
    {"V{dotted}__{name}.sql.conf", Role::settings},
    {"U{dotted}__{name}.sql.conf", Role::settings},
    {"R__{name}.sql.conf", Role::settings, repeatable},
    {"B{dotted}__{name}.sql.conf", Role::settings, snapshot},
};
constexpr FilePattern diesel_files[] = {
    {"{part:0}_{name}/up.sql", Role::up},
    {"{part:0}_{name}/down.sql", Role::down},
    {"{part:0}_{name}/metadata.toml", Role::settings},
    {"{part:0}/up.sql", Role::up},
    {"{part:0}/down.sql", Role::down},
    {"{part:0}/metadata.toml", Role::settings},
};
constexpr FilePattern prisma_files[] = {
    {"{digits}_{name}/migration.sql", Role::up},
    {"{digits}_{name}/down.sql", Role::down},
    {"migration_lock.toml", Role::beside, proof, "Prisma's note of the kind of database"},
};
constexpr FilePattern sql_migrate_files[] = {
    {"{digits}_{name}.sql", Role::up},
    {"{digits}-{name}.sql", Role::up},
    {"{stem}.sql", Role::up},
};
constexpr FilePattern graphile_files[] = {
    {"{digits:6+}.sql", Role::up},
    {"{digits:6+}-{name}.sql", Role::up},
    {"current.sql", Role::beside, 0, "a migration of graphile-migrate not yet committed"},
};
constexpr FilePattern atlas_files[] = {
    {"{digits}_{name}.sql", Role::up},
    {"{digits}.sql", Role::up, vague},
    {"atlas.sum", Role::beside, proof, "Atlas's checksums: there are others of each migration"},
};
constexpr FilePattern supabase_files[] = {{"{digits:14}_{name}.sql", Role::up}};
constexpr FilePattern any_files[] = {{"{path}.sql", Role::up}};
constexpr FilePattern sqitch_files[] = {
    {"sqitch.plan", Role::plan, proof},
    {"deploy/{path}.sql", Role::up},
    {"revert/{path}.sql", Role::down},
    {"verify/{path}.sql", Role::verify},
    {"sqitch.conf", Role::settings},
};
constexpr FilePattern postgrator_files[] = {
    {"{digits}.do.{name}.sql", Role::up},
    {"{digits}.do.sql", Role::up},
    {"{digits}.undo.{name}.sql", Role::down},
    {"{digits}.undo.sql", Role::down},
};
constexpr FilePattern refinery_files[] = {
    {"V{dotted}__{name}.sql", Role::up},
    {"U{dotted}__{name}.sql", Role::up},
};
constexpr FilePattern popx_files[] = {
    {"{digits}_{word}.up.sql", Role::up, yields},
    {"{digits}_{word}.down.sql", Role::down, yields},
    {"{digits}_{word}.autocommit.up.sql", Role::up, no_transaction | proof | yields},
    {"{digits}_{word}.autocommit.down.sql", Role::down, no_transaction | proof | yields},
    {"{digits}_{word}.postgres.up.sql", Role::up, proof},
    {"{digits}_{word}.postgres.down.sql", Role::down, proof},
    {"{digits}_{word}.postgres.autocommit.up.sql", Role::up, no_transaction | proof},
    {"{digits}_{word}.postgres.autocommit.down.sql", Role::down, no_transaction | proof},
    {"{digits}_{word}.{other}.up.sql", Role::beside, 0, "for another kind of database"},
    {"{digits}_{word}.{other}.down.sql", Role::beside, 0, "for another kind of database"},
    {"{digits}_{word}.{other}.autocommit.up.sql", Role::beside, 0, "for another kind of database"},
    {"{digits}_{word}.{other}.autocommit.down.sql", Role::beside, 0, "for another kind of database"},
};
constexpr FilePattern pgmigrate_files[] = {
    {"V{digits}__NONTRANSACTIONAL_{name}.sql", Role::up, no_transaction | proof},
    {"V{digits}__{name}.sql", Role::up},
};

constexpr FilePattern hasura_files[] = {
    {"{digits:13}_{name}/up.sql", Role::up, proof},
    {"{digits:13}_{name}/down.sql", Role::down, proof},
    {"{digits}_{name}/up.sql", Role::up},
    {"{digits}_{name}/down.sql", Role::down},
};
constexpr FilePattern drizzle_files[] = {
    {"meta/_journal.json", Role::plan, proof},
    {"meta/{stem}.json", Role::beside, 0, "Drizzle's own copy of the schema"},
    {"{digits}_{name}.sql", Role::up},
    {"{stem}.sql", Role::up, vague},
};
constexpr FilePattern postgres_migrations_files[] = {
    {"{digits}-{name}.sql", Role::up},
    {"{digits}_{name}.sql", Role::up},
    {"{digits}.sql", Role::up, vague},
    {"{digits}{name}.sql", Role::up, vague},
};
constexpr FilePattern migratus_files[] = {
    {"{digits}-{word}.up.sql", Role::up},
    {"{digits}-{word}.down.sql", Role::down},
};
constexpr FilePattern yoyo_files[] = {
    {"{groups}_{name}.rollback.sql", Role::down, proof},
    {"{groups}-{name}.rollback.sql", Role::down, proof},
    {"{groups}.{name}.rollback.sql", Role::down, proof},
    {"{groups}_{name}.sql", Role::up},
    {"{groups}-{name}.sql", Role::up, vague},
    {"{groups}.{name}.sql", Role::up, vague},
};
constexpr FilePattern go_pg_files[] = {
    {"{digits}_{name}.tx.up.sql", Role::up, proof},   {"{digits}_{name}.tx.down.sql", Role::down, proof},
    {"{digits}_{name}.up.tx.sql", Role::up, proof},   {"{digits}_{name}.down.tx.sql", Role::down, proof},
    {"{digits}_{name}.up.sql", Role::up, autocommit}, {"{digits}_{name}.down.sql", Role::down, autocommit},
};
// Of nobody's tool, and of many a project.
constexpr FilePattern pair_files[] = {
    {"down/{groups}_{name}.sql", Role::down, proof},
    {"rollback/{groups}_{name}.sql", Role::down, proof},
    {"undo/{groups}_{name}.sql", Role::down, proof},
    {"up/{groups}_{name}.sql", Role::up},
    {"{groups}_{name}_down.sql", Role::down, proof},
    {"{groups}_{name}-down.sql", Role::down, proof},
    {"{groups}_down.sql", Role::down, proof},
    {"{groups}_{name}_rollback.sql", Role::down, proof},
    {"{groups}_{name}_revert.sql", Role::down, proof},
    {"{groups}_{name}_undo.sql", Role::down, proof},
    {"{groups}_{name}.revert.sql", Role::down, proof},
    {"{groups}_{name}.undo.sql", Role::down, proof},
    {"{groups}_{name}_up.sql", Role::up},
    {"{groups}_{name}-up.sql", Role::up},
    {"{groups}_up.sql", Role::up},
    {"{groups}_{name}.sql", Role::up},
};
constexpr FilePattern db_migrate_files[] = {
    {"{digits}-{name}-up.sql", Role::up},
    {"{digits}-{name}-down.sql", Role::down, proof},
};
constexpr FilePattern play_files[] = {{"{digits}.sql", Role::up}};
constexpr FilePattern shmig_files[] = {{"{digits}-{name}.sql", Role::up}};
constexpr FilePattern slonik_files[] = {
    {"down/{moment}.{name}.sql", Role::down},
    {"{moment}.{name}.sql", Role::up},
};
constexpr FilePattern dbup_files[] = {
    {"Script{digits} - {name}.sql", Role::up},
    {"Script{digits}-{name}.sql", Role::up},
    {"Script{digits}_{name}.sql", Role::up},
    {"Script{digits}.sql", Role::up},
};
constexpr FilePattern ebean_files[] = {
    {"{dotted}__{name}.sql", Role::up},
    {"R__{name}.sql", Role::up, repeatable},
};

// --- markers ---------------------------------------------------------------------------------------------------------

constexpr Marker home_markers[] = {
    {"UP", Says::up},
    {"DOWN", Says::down},
    {"VERIFY", Says::verify},
};
constexpr Marker dbmate_markers[] = {
    {"migrate:up *", Says::up, proof | required},
    {"migrate:down *", Says::down, proof},
};
constexpr const char *no_environment = "A server's environment is not a migration's: write the values into the file.";
constexpr Marker goose_markers[] = {
    {"+goose Up", Says::up, proof | required},
    {"+goose Down", Says::down, proof},
    {"+goose StatementBegin", Says::statement_begin, proof},
    {"+goose StatementEnd", Says::statement_end, proof},
    {"+goose NO TRANSACTION", Says::no_transaction, proof},
    {"+goose ENVSUB ON", Says::refused, proof | anywhere, no_environment},
    {"+goose ENVSUBST ON", Says::refused, proof | anywhere, no_environment},
    {"+goose ENVSUB OFF", Says::heading, proof},
    {"+goose ENVSUBST OFF", Says::heading, proof},
    {"+goose *", Says::refused, proof, "Known are Up, Down, StatementBegin, StatementEnd, NO TRANSACTION."},
};
constexpr Marker sql_migrate_markers[] = {
    {"+migrate Up *", Says::up, proof | required},
    {"+migrate Down *", Says::down, proof},
    {"+migrate StatementBegin", Says::statement_begin, proof},
    {"+migrate StatementEnd", Says::statement_end, proof},
    {"+migrate *", Says::refused, proof, "Known are Up, Down, StatementBegin, StatementEnd."},
};
constexpr Marker sqlx_markers[] = {{"no-transaction*", Says::no_transaction, first_line}};
constexpr Marker node_pg_migrate_markers[] = {
    {"~Up Migration*", Says::up},
    {"~Down Migration*", Says::down},
};
constexpr Marker tern_markers[] = {
    {"-- create above / drop below ----", Says::down, proof},
    {"-- tern: disable-tx ----", Says::no_transaction, proof},
};
constexpr Marker graphile_markers[] = {
    {"! Previous: *", Says::heading, proof | required},
    {"! Hash: *", Says::heading, proof},
    {"! Message: *", Says::name, proof},
    {"! no-transaction*", Says::no_transaction, proof},
};
constexpr Marker atlas_markers[] = {
    {"atlas:txmode none", Says::no_transaction},
    {"atlas:txmode file", Says::heading},
    {"atlas:txmode all", Says::heading},
    {"atlas:txmode *", Says::refused, 0, "Known are none, file and all."},
    {"atlas:checkpoint *", Says::snapshot},
    {"atlas:txtar", Says::heading},
    {"atlas:delimiter ;", Says::heading},
    {"atlas:delimiter *", Says::refused, 0, "End each statement with a semicolon."},
};
constexpr Marker postgres_migrations_markers[] = {
    {"postgres-migrations disable-transaction*", Says::no_transaction, proof},
};
constexpr Marker migratus_markers[] = {{":disable-transaction*", Says::no_transaction, first_line}};
constexpr Marker yoyo_markers[] = {{"transactional: false*", Says::no_transaction}};
constexpr Marker play_markers[] = {
    {"!Ups", Says::up, proof | required},
    {"!Downs", Says::down, proof},
};
constexpr Marker shmig_markers[] = {
    {"==== UP ====", Says::up, proof | required},
    {"==== DOWN ====", Says::down, proof},
};
constexpr Marker liquibase_markers[] = {{"~liquibase formatted sql*", Says::heading, proof | required}};

// --- the table -------------------------------------------------------------------------------------------------------

Prepared refuse_templates(std::string_view text, Placeholders const &, std::string const &path) {
    std::size_t const at = text.find("{{");
    if (at == std::string_view::npos)
        return nullptr;
    std::string_view const rest = text.substr(at);
    throw Failure(sqlstate::malformed_file,
                  path + ", line " + std::to_string(line_at(text, at)) + ": a template, " +
                      quoted_excerpt(rest.substr(0, rest.find_first_of("\r\n"))),
                  "tern fills templates in before it runs a file.", "Write what the template stands for.");
}

// What follows the markers: traits, option of a marker, reader of settings, and what the table cannot say.
constexpr Convention table[] = {
    {"home", "VERSION_name.sql", home_files, home_markers},
    {"golang-migrate", "VERSION_name.up.sql", paired_files, {}, autocommit | by_number | one_directory | empty_down},
    {"dbmate", "VERSION_name.sql", dbmate_files, dbmate_markers, by_name | one_directory | empty_down,
     "transaction:false"},
    {"goose", "VERSION_name.sql", numbered_files, goose_markers, by_number | one_directory | empty_down},
    {"flyway", "V1__name.sql", flyway_files, {}, by_number | empty_down, "", flyway_script_settings, with_placeholders},
    {"sqlx", "VERSION_name.sql", numbered_or_paired_files, sqlx_markers,
     by_number | one_directory | mixed | empty_down},
    {"diesel", "VERSION_name/up.sql", diesel_files, {}, by_text | one_directory | needs_bytes, "", diesel_settings},
    {"prisma", "VERSION_name/migration.sql", prisma_files, {},
     autocommit | by_name | one_directory | known_by_name | empty_down},
    {"node-pg-migrate", "VERSION_name.sql", numbered_or_paired_files, node_pg_migrate_markers,
     by_moment | one_directory | known_by_name | empty_down},
    {"tern", "VERSION_name.sql", numbered_files, tern_markers, one_directory | trims_down, "", nullptr,
     refuse_templates},
    {"sql-migrate", "VERSION_name.sql", sql_migrate_files, sql_migrate_markers,
     by_leading_number | one_directory | known_by_name | empty_down, "notransaction"},
    {"graphile-migrate", "000001-name.sql", graphile_files, graphile_markers, one_directory, "", nullptr,
     with_colon_names},
    {"atlas", "VERSION_name.sql", atlas_files, atlas_markers, by_name | one_directory | archive | empty_down, "",
     nullptr, nullptr, read_atlas},
    {"supabase", "20260315093000_name.sql", supabase_files, {}, one_directory},
    {"liquibase", "name.sql", any_files, liquibase_markers, many_in_file | empty_down, "", nullptr, nullptr,
     read_liquibase},
    {"sqitch", "deploy/name.sql", sqitch_files, {}, empty_down, "", nullptr, nullptr, nullptr, arrange_sqitch},
    {"postgrator", "VERSION.do.name.sql", postgrator_files, {}, autocommit | by_number | empty_down},
    {"refinery", "V1__name.sql", refinery_files, {}, by_number},
    {"popx", "VERSION_name.postgres.up.sql", popx_files, {}, by_text | empty_down},
    {"pgmigrate", "V1__name.sql", pgmigrate_files, {}, by_number},
    {"hasura", "1580000000000_name/up.sql", hasura_files, {}, by_number | one_directory | blank_down},
    {"drizzle", "0000_name.sql", drizzle_files, {}, 0, "", nullptr, split_at_breakpoints, nullptr, arrange_drizzle},
    {"go-pg", "VERSION_name.tx.up.sql", go_pg_files, {}, by_number | one_directory | blank_down, "", nullptr,
     split_at_splits},
    {"yoyo", "VERSION_name.sql", yoyo_files, yoyo_markers, by_name | one_directory | known_by_name | empty_down, "",
     nullptr, nullptr, nullptr, nullptr, nullptr, depends_of_yoyo},
    {"pairs", "VERSION_name_up.sql", pair_files, {}, pairs},
    {"postgres-migrations", "VERSION-name.sql", postgres_migrations_files, postgres_migrations_markers,
     by_number | one_directory | modest},
    {"migratus", "VERSION-name.up.sql", migratus_files, migratus_markers, by_number | modest | empty_down, "", nullptr,
     split_at_double_semicolons},
    {"db-migrate", "VERSION-name-up.sql", db_migrate_files, {},
     by_number | one_directory | modest | pairs | empty_down},
    {"shmig", "VERSION-name.sql", shmig_files, shmig_markers,
     by_number | one_directory | modest | autocommit | drops_lines},
    {"slonik", "2026.03.15T10.15.00.name.sql", slonik_files, {},
     one_directory | modest | known_by_name | trims_down},
    {"dbup", "Script0001 - name.sql", dbup_files, {}, by_name | one_directory | modest | autocommit},
    {"ebean", "1.0__name.sql", ebean_files, {}, by_number | modest},
    {"play", "1.sql", play_files, play_markers, autocommit | by_number | one_directory | empty_down, "", nullptr,
     read_evolution, nullptr, arrange_evolutions, plain_evolution},
};

// A form that says more than that there is a number.
bool says_whose(std::string_view form) {
    for (std::string_view const part : {"__", "/", ".up.", ".down.", ".do.", ".undo.", ".rollback.", ".revert."})
        if (form.find(part) != std::string_view::npos)
            return true;
    return false;
}

} // namespace

Range<Convention> conventions() { return table; }

bool is_body(Role role) { return role == Role::up || role == Role::down || role == Role::verify; }

bool holds_one_body(Convention const &convention, std::string_view path) {
    FilePattern const *const pattern = find_file(convention, path).pattern;
    if (!pattern || !is_body(pattern->role))
        return false;
    auto const is_down = [](FilePattern const &one) { return one.role == Role::down; };
    bool const apart = std::any_of(convention.files.begin(), convention.files.end(), is_down);
    auto const begins = [](Marker const &marker) { return begins_section(marker); };
    bool const sections = std::any_of(convention.markers.begin(), convention.markers.end(), begins) ||
                          convention.has(trait::mixed); // or no down at all
    return apart && (!sections || pattern->role != Role::up || pattern->has(trait::whole));
}

bool holds_changesets(Convention const &convention) { return convention.has(many_in_file); }

Convention const *convention_named(std::string_view name) {
    for (Convention const &convention : table)
        if (name == convention.name)
            return &convention;
    return nullptr;
}

const char *name_of(Convention const &convention) { return convention.name; }

std::string convention_names() {
    std::string names;
    for (Convention const &convention : table)
        names += (names.empty() ? "" : ", ") + std::string(convention.name);
    return names;
}

FoundFile find_file(Convention const &convention, std::string_view path) {
    for (FilePattern const &pattern : convention.files)
        if (std::optional<NameParts> const parts = match_name(pattern.form, path))
            return {&pattern, *parts};
    return {};
}

std::vector<Convention const *> named_alike(std::string_view path, Convention const *aside) {
    std::vector<Convention const *> alike;
    for (Convention const &convention : table) {
        bool const meant = &convention != aside && !convention.has(modest);
        FilePattern const *const pattern = meant ? find_file(convention, path).pattern : nullptr;
        if (pattern && is_body(pattern->role) && says_whose(pattern->form))
            alike.push_back(&convention);
    }
    return alike;
}

bool may_be_read(std::string_view path) {
    return std::any_of(std::begin(table), std::end(table), [&](Convention const &convention) {
        FilePattern const *const pattern = find_file(convention, path).pattern;
        return pattern && pattern->role != Role::beside;
    });
}

} // namespace mig
