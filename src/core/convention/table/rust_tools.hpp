// Tools for Rust.
#pragma once

#include "core/convention/convention_table.hpp"
#include "core/convention/table/shared_names.hpp"

namespace mig {

// sqlx reads single files and up/down pairs, in one directory too.
constexpr Marker sqlx_markers[] = {
    {.words = "no-transaction*", .kind = MarkerKind::no_transaction, .first_line = true},
};

// A version may contain dashes, 2026-03-15-101500, or be any word that begins with a digit.
constexpr FilePattern diesel_files[] = {
    {"{part:0}_{name}/up.sql", Role::up},
    {"{part:0}_{name}/down.sql", Role::down},
    {"{part:0}_{name}/metadata.toml", Role::settings},
    {"{part:0}/up.sql", Role::up},
    {"{part:0}/down.sql", Role::down},
    {"{part:0}/metadata.toml", Role::settings},
};

// U is not an undo as for Flyway: it is a migration whose version need not be greater than those already applied.
constexpr FilePattern refinery_files[] = {
    {"V{dotted}__{name}.sql", Role::up},
    {"U{dotted}__{name}.sql", Role::up},
};

constexpr Convention rust_tools[] = {
    {.name = "sqlx",
     .shape = "VERSION_name.sql",
     .files = numbered_or_paired_files,
     .markers = sqlx_markers,
     .preference = 60,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::always,
     .one_directory = true,
     .mixed = true},
    {.name = "diesel",
     .shape = "VERSION_name/up.sql",
     .files = diesel_files,
     .preference = 70,
     .order = RunOrder::by_text,
     .runs_empty_down = EmptyDown::not_empty,
     .one_directory = true,
     .settings = diesel_settings},
    {.name = "refinery",
     .shape = "V1__name.sql",
     .files = refinery_files,
     .preference = 180,
     .order = RunOrder::by_number},
};

} // namespace mig
