// Tools for the JVM, and DbUp for .NET.
#pragma once

#include "core/convention/convention_table.hpp"
#include "core/convention/tools/liquibase_changelog.hpp"
#include "core/convention/tools/play_evolution.hpp"
#include "core/convention/tools/separators.hpp"

namespace mig {

// V: versioned, U: its undo, R: repeatable, B: baseline. That replaces all versions up to its own in an empty database.
constexpr FilePattern flyway_files[] = {
    {"V{dotted}__{name}.sql", Role::up},
    {"U{dotted}__{name}.sql", Role::down},
    {.form = "R__{name}.sql", .role = Role::up, .repeatable = true},
    {.form = "B{dotted}__{name}.sql", .role = Role::up, .snapshot = true},
    {"V{dotted}__{name}.sql.conf", Role::settings},
    {"U{dotted}__{name}.sql.conf", Role::settings},
    {.form = "R__{name}.sql.conf", .role = Role::settings, .repeatable = true},
    {.form = "B{dotted}__{name}.sql.conf", .role = Role::settings, .snapshot = true},
};

// Liquibase knows its files by their first line, whatever their names.
constexpr FilePattern any_files[] = {
    {"{path}.sql", Role::up},
};
constexpr Marker liquibase_markers[] = {
    {.words = "~liquibase formatted sql*", .kind = MarkerKind::heading, .proof = true, .required = true},
};

constexpr FilePattern migratus_files[] = {
    {"{digits}-{word}.up.sql", Role::up},
    {"{digits}-{word}.down.sql", Role::down},
};
constexpr Marker migratus_markers[] = {
    {.words = ":disable-transaction*", .kind = MarkerKind::no_transaction, .first_line = true},
};

constexpr FilePattern dbup_files[] = {
    {"Script{digits} - {name}.sql", Role::up},
    {"Script{digits}-{name}.sql", Role::up},
    {"Script{digits}_{name}.sql", Role::up},
    {"Script{digits}.sql", Role::up},
};

constexpr FilePattern ebean_files[] = {
    {"{dotted}__{name}.sql", Role::up},
    {.form = "R__{name}.sql", .role = Role::up, .repeatable = true},
};

// Play's other form of markers, `# --- !Ups`, becomes this one before the text is scanned.
constexpr FilePattern play_files[] = {
    {"{digits}.sql", Role::up},
};
constexpr Marker play_markers[] = {
    {.words = "!Ups", .kind = MarkerKind::up, .proof = true, .required = true},
    {.words = "!Downs", .kind = MarkerKind::down, .proof = true},
};

constexpr Convention jvm_and_dotnet_tools[] = {
    {.name = "flyway",
     .shape = "V1__name.sql",
     .files = flyway_files,
     .preference = 50,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::always,
     .settings = flyway_script_settings,
     .prepare = replace_placeholders},
    {.name = "liquibase",
     .shape = "name.sql",
     .files = any_files,
     .markers = liquibase_markers,
     .preference = 150,
     .runs_empty_down = EmptyDown::always,
     .many_in_file = true,
     .read = read_liquibase},
    {.name = "migratus",
     .shape = "VERSION-name.up.sql",
     .files = migratus_files,
     .markers = migratus_markers,
     .preference = 270,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::always,
     .weak = true,
     .prepare = split_at_double_semicolons},
    {.name = "dbup",
     .shape = "Script0001 - name.sql",
     .files = dbup_files,
     .preference = 310,
     .order = RunOrder::by_name,
     .autocommit = true,
     .one_directory = true,
     .weak = true},
    {.name = "ebean",
     .shape = "1.0__name.sql",
     .files = ebean_files,
     .preference = 320,
     .order = RunOrder::by_number,
     .weak = true},
    {.name = "play",
     .shape = "1.sql",
     .files = play_files,
     .markers = play_markers,
     .preference = 330,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::always,
     .autocommit = true,
     .one_directory = true,
     .prepare = read_evolution,
     .arrange = arrange_evolutions,
     .normalize = normalized_evolution},
};

} // namespace mig
