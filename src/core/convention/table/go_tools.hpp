// Tools written in Go.
#pragma once

#include "core/convention/convention_table.hpp"
#include "core/convention/tools/atlas_archive.hpp"
#include "core/convention/tools/separators.hpp"
#include "core/convention/tools/tern_templates.hpp"

namespace mig {

// golang-migrate.
constexpr FilePattern paired_files[] = {
    {"{digits}_{name}.up.sql", Role::up},
    {"{digits}_{name}.down.sql", Role::down},
    {"V{digits}.{name}.up.sql", Role::up}, // of programs with a migrator of their own
    {"V{digits}.{name}.down.sql", Role::down},
};

// dbmate loads whatever begins with digits. Its markers tell whether a file is one of its own.
constexpr FilePattern dbmate_files[] = {
    {"{digits}_{name}.sql", Role::up},
    {"{digits}-{name}.sql", Role::up},
    {"{digits}.sql", Role::up},
    {"{digits}{name}.sql", Role::up},
};
constexpr Marker dbmate_markers[] = {
    {.words = "migrate:up *", .kind = MarkerKind::up, .proof = true, .required = true},
    {.words = "migrate:down *", .kind = MarkerKind::down, .proof = true},
};

// goose and tern.
constexpr FilePattern numbered_files[] = {
    {"{digits}_{name}.sql", Role::up},
};
constexpr const char *no_environment = "A server's environment is not a migration's: write the values into the file.";
// The first marker that matches counts: the one for unknown words comes last.
constexpr Marker goose_markers[] = {
    {.words = "+goose Up", .kind = MarkerKind::up, .proof = true, .required = true},
    {.words = "+goose Down", .kind = MarkerKind::down, .proof = true},
    {.words = "+goose StatementBegin", .kind = MarkerKind::statement_begin, .proof = true},
    {.words = "+goose StatementEnd", .kind = MarkerKind::statement_end, .proof = true},
    {.words = "+goose NO TRANSACTION", .kind = MarkerKind::no_transaction, .proof = true},
    {.words = "+goose ENVSUB ON",
     .kind = MarkerKind::refused,
     .proof = true,
     .anywhere = true,
     .advice = no_environment},
    {.words = "+goose ENVSUBST ON",
     .kind = MarkerKind::refused,
     .proof = true,
     .anywhere = true,
     .advice = no_environment},
    {.words = "+goose ENVSUB OFF", .kind = MarkerKind::heading, .proof = true},
    {.words = "+goose ENVSUBST OFF", .kind = MarkerKind::heading, .proof = true},
    {.words = "+goose *",
     .kind = MarkerKind::refused,
     .proof = true,
     .advice = "Known directives are Up, Down, StatementBegin, StatementEnd, NO TRANSACTION."},
};

// The lines begin with four dashes, of which two are the comment's.
constexpr Marker tern_markers[] = {
    {.words = "-- create above / drop below ----", .kind = MarkerKind::down, .proof = true},
    {.words = "-- tern: disable-tx ----", .kind = MarkerKind::no_transaction, .proof = true},
};

// sql-migrate accepts any name; a name without a version becomes the version.
constexpr FilePattern sql_migrate_files[] = {
    {"{digits}_{name}.sql", Role::up},
    {"{digits}-{name}.sql", Role::up},
    {"{stem}.sql", Role::up},
};
constexpr Marker sql_migrate_markers[] = {
    {.words = "+migrate Up *", .kind = MarkerKind::up, .proof = true, .required = true},
    {.words = "+migrate Down *", .kind = MarkerKind::down, .proof = true},
    {.words = "+migrate StatementBegin", .kind = MarkerKind::statement_begin, .proof = true},
    {.words = "+migrate StatementEnd", .kind = MarkerKind::statement_end, .proof = true},
    {.words = "+migrate *",
     .kind = MarkerKind::refused,
     .proof = true,
     .advice = "Known directives are Up, Down, StatementBegin, StatementEnd."},
};

constexpr FilePattern atlas_files[] = {
    {"{digits}_{name}.sql", Role::up},
    {.form = "{digits}.sql", .role = Role::up, .vague = true},
    {.form = "atlas.sum",
     .role = Role::skipped,
     .proof = true,
     .why = "Atlas's checksums, unused: each migration has its own"},
};
// Atlas's own linter has more markers (`atlas:nolint`). They do not matter here and are comments.
constexpr Marker atlas_markers[] = {
    {"atlas:txmode none", MarkerKind::no_transaction},
    {"atlas:txmode file", MarkerKind::heading},
    {"atlas:txmode all", MarkerKind::heading},
    {.words = "atlas:txmode *", .kind = MarkerKind::refused, .advice = "Known values are none, file and all."},
    {"atlas:checkpoint *", MarkerKind::snapshot},
    {"atlas:txtar", MarkerKind::heading},
    {"atlas:delimiter ;", MarkerKind::heading},
    {.words = "atlas:delimiter *", .kind = MarkerKind::refused, .advice = "End each statement with a semicolon."},
};

// Supabase has no markers. Its versions are times of 14 digits.
constexpr FilePattern supabase_files[] = {
    {"{digits:14}_{name}.sql", Role::up},
};

// popx: a file for PostgreSQL takes the place of the general one; those for other databases are not loaded. `{other}`
// comes last, since it matches `postgres` and `autocommit` too.
constexpr FilePattern popx_files[] = {
    {.form = "{digits}_{word}.up.sql", .role = Role::up, .yields = true},
    {.form = "{digits}_{word}.down.sql", .role = Role::down, .yields = true},
    {.form = "{digits}_{word}.autocommit.up.sql",
     .role = Role::up,
     .no_transaction = true,
     .yields = true,
     .proof = true},
    {.form = "{digits}_{word}.autocommit.down.sql",
     .role = Role::down,
     .no_transaction = true,
     .yields = true,
     .proof = true},
    {.form = "{digits}_{word}.postgres.up.sql", .role = Role::up, .proof = true},
    {.form = "{digits}_{word}.postgres.down.sql", .role = Role::down, .proof = true},
    {.form = "{digits}_{word}.postgres.autocommit.up.sql", .role = Role::up, .no_transaction = true, .proof = true},
    {.form = "{digits}_{word}.postgres.autocommit.down.sql", .role = Role::down, .no_transaction = true, .proof = true},
    {.form = "{digits}_{word}.{other}.up.sql", .role = Role::skipped, .why = "for another kind of database"},
    {.form = "{digits}_{word}.{other}.down.sql", .role = Role::skipped, .why = "for another kind of database"},
    {.form = "{digits}_{word}.{other}.autocommit.up.sql", .role = Role::skipped, .why = "for another kind of database"},
    {.form = "{digits}_{word}.{other}.autocommit.down.sql",
     .role = Role::skipped,
     .why = "for another kind of database"},
};

// Hasura's CLI names directories by milliseconds since 1970, which have 13 digits. Otherwise they look like Diesel's.
constexpr FilePattern hasura_files[] = {
    {.form = "{digits:13}_{name}/up.sql", .role = Role::up, .proof = true},
    {.form = "{digits:13}_{name}/down.sql", .role = Role::down, .proof = true},
    {"{digits}_{name}/up.sql", Role::up},
    {"{digits}_{name}/down.sql", Role::down},
};

// go-pg and bun: only a file with `tx` in its name runs in a transaction.
constexpr FilePattern go_pg_files[] = {
    {.form = "{digits}_{name}.tx.up.sql", .role = Role::up, .proof = true},
    {.form = "{digits}_{name}.tx.down.sql", .role = Role::down, .proof = true},
    {.form = "{digits}_{name}.up.tx.sql", .role = Role::up, .proof = true},
    {.form = "{digits}_{name}.down.tx.sql", .role = Role::down, .proof = true},
    {.form = "{digits}_{name}.up.sql", .role = Role::up, .autocommit = true},
    {.form = "{digits}_{name}.down.sql", .role = Role::down, .autocommit = true},
};

constexpr Convention go_tools[] = {
    {.name = "golang-migrate",
     .shape = "VERSION_name.up.sql",
     .files = paired_files,
     .preference = 20,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::always,
     .autocommit = true,
     .one_directory = true},
    {.name = "dbmate",
     .shape = "VERSION_name.sql",
     .files = dbmate_files,
     .markers = dbmate_markers,
     .option = "transaction:false",
     .preference = 30,
     .order = RunOrder::by_name,
     .runs_empty_down = EmptyDown::always,
     .one_directory = true},
    {.name = "goose",
     .shape = "VERSION_name.sql",
     .files = numbered_files,
     .markers = goose_markers,
     .preference = 40,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::always,
     .one_directory = true},
    {.name = "tern",
     .shape = "VERSION_name.sql",
     .files = numbered_files,
     .markers = tern_markers,
     .preference = 100,
     .runs_empty_down = EmptyDown::not_blank,
     .one_directory = true,
     .prepare = refuse_templates},
    {.name = "sql-migrate",
     .shape = "VERSION_name.sql",
     .files = sql_migrate_files,
     .markers = sql_migrate_markers,
     .option = "notransaction",
     .preference = 110,
     .order = RunOrder::by_leading_number,
     .runs_empty_down = EmptyDown::always,
     .one_directory = true,
     .known_by_name = true},
    {.name = "atlas",
     .shape = "VERSION_name.sql",
     .files = atlas_files,
     .markers = atlas_markers,
     .preference = 130,
     .order = RunOrder::by_name,
     .runs_empty_down = EmptyDown::always,
     .one_directory = true,
     .archive = true,
     .read = read_atlas},
    {.name = "supabase",
     .shape = "20260315093000_name.sql",
     .files = supabase_files,
     .preference = 140,
     .one_directory = true},
    {.name = "popx",
     .shape = "VERSION_name.postgres.up.sql",
     .files = popx_files,
     .preference = 190,
     .order = RunOrder::by_text,
     .runs_empty_down = EmptyDown::always},
    {.name = "hasura",
     .shape = "1580000000000_name/up.sql",
     .files = hasura_files,
     .preference = 210,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::only_blank,
     .one_directory = true},
    {.name = "go-pg",
     .shape = "VERSION_name.tx.up.sql",
     .files = go_pg_files,
     .preference = 230,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::only_blank,
     .one_directory = true,
     .prepare = split_at_go_split_lines},
};

} // namespace mig
