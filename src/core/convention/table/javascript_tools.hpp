// Tools for Node.js.
#pragma once

#include "core/convention/convention_table.hpp"
#include "core/convention/table/shared_names.hpp"
#include "core/convention/tools/drizzle_project.hpp"
#include "core/convention/tools/separators.hpp"

namespace mig {

constexpr FilePattern prisma_files[] = {
    {"{digits}_{name}/migration.sql", Role::up},
    {"{digits}_{name}/down.sql", Role::down},
    {.form = "migration_lock.toml",
     .role = Role::skipped,
     .proof = true,
     .why = "Prisma's record of the kind of database"},
};

constexpr Marker node_pg_migrate_markers[] = {
    {"~Up Migration*", MarkerKind::up},
    {"~Down Migration*", MarkerKind::down},
};

// graphile-migrate numbers what it commits, in at least 6 digits, and puts `--! Previous:` on top of it.
constexpr FilePattern graphile_files[] = {
    {"{digits:6+}.sql", Role::up},
    {"{digits:6+}-{name}.sql", Role::up},
    {.form = "current.sql", .role = Role::skipped, .why = "a migration of graphile-migrate not yet committed"},
};
constexpr Marker graphile_markers[] = {
    {.words = "! Previous: *", .kind = MarkerKind::heading, .proof = true, .required = true},
    {.words = "! Hash: *", .kind = MarkerKind::heading, .proof = true},
    {.words = "! Message: *", .kind = MarkerKind::name, .proof = true},
    {.words = "! no-transaction*", .kind = MarkerKind::no_transaction, .proof = true},
};

constexpr FilePattern postgrator_files[] = {
    {"{digits}.do.{name}.sql", Role::up},
    {"{digits}.do.sql", Role::up},
    {"{digits}.undo.{name}.sql", Role::down},
    {"{digits}.undo.sql", Role::down},
};

// The journal lists the files by name: any name will do, but only with a journal does it point to Drizzle.
constexpr FilePattern drizzle_files[] = {
    {.form = "meta/_journal.json", .role = Role::plan, .proof = true},
    {.form = "meta/{stem}.json", .role = Role::skipped, .why = "Drizzle's own copy of the schema"},
    {"{digits}_{name}.sql", Role::up},
    {.form = "{stem}.sql", .role = Role::up, .vague = true},
};

// More common names than any: see Convention::weak.
constexpr FilePattern postgres_migrations_files[] = {
    {"{digits}-{name}.sql", Role::up},
    {"{digits}_{name}.sql", Role::up},
    {.form = "{digits}.sql", .role = Role::up, .vague = true},
    {.form = "{digits}{name}.sql", .role = Role::up, .vague = true},
};
constexpr Marker postgres_migrations_markers[] = {
    {.words = "postgres-migrations disable-transaction*", .kind = MarkerKind::no_transaction, .proof = true},
};

constexpr FilePattern db_migrate_files[] = {
    {"{digits}-{name}-up.sql", Role::up},
    {.form = "{digits}-{name}-down.sql", .role = Role::down, .proof = true},
};

// Both have the same names, and `down/` has to be tried first.
constexpr FilePattern slonik_files[] = {
    {"down/{timestamp}.{name}.sql", Role::down},
    {"{timestamp}.{name}.sql", Role::up},
};

constexpr Convention javascript_tools[] = {
    {.name = "prisma",
     .shape = "VERSION_name/migration.sql",
     .files = prisma_files,
     .preference = 80,
     .order = RunOrder::by_name,
     .runs_empty_down = EmptyDown::always,
     .autocommit = true,
     .one_directory = true,
     .known_by_name = true},
    {.name = "node-pg-migrate",
     .shape = "VERSION_name.sql",
     .files = numbered_or_paired_files,
     .markers = node_pg_migrate_markers,
     .preference = 90,
     .order = RunOrder::by_time,
     .runs_empty_down = EmptyDown::always,
     .one_directory = true,
     .known_by_name = true},
    {.name = "graphile-migrate",
     .shape = "000001-name.sql",
     .files = graphile_files,
     .markers = graphile_markers,
     .preference = 120,
     .one_directory = true,
     .prepare = replace_colon_names},
    {.name = "postgrator",
     .shape = "VERSION.do.name.sql",
     .files = postgrator_files,
     .preference = 170,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::always,
     .autocommit = true},
    {.name = "drizzle",
     .shape = "0000_name.sql",
     .files = drizzle_files,
     .preference = 220,
     .prepare = split_at_breakpoints,
     .arrange = arrange_drizzle},
    {.name = "postgres-migrations",
     .shape = "VERSION-name.sql",
     .files = postgres_migrations_files,
     .markers = postgres_migrations_markers,
     .preference = 260,
     .order = RunOrder::by_number,
     .one_directory = true,
     .weak = true},
    {.name = "db-migrate",
     .shape = "VERSION-name-up.sql",
     .files = db_migrate_files,
     .preference = 280,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::always,
     .one_directory = true,
     .pairs = true,
     .weak = true},
    {.name = "slonik",
     .shape = "2026.03.15T10.15.00.name.sql",
     .files = slonik_files,
     .preference = 300,
     .runs_empty_down = EmptyDown::not_blank,
     .one_directory = true,
     .known_by_name = true,
     .weak = true},
};

} // namespace mig
