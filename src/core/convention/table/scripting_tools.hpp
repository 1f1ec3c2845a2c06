// Tools written in Perl, Python and shell.
#pragma once

#include "core/convention/convention_table.hpp"
#include "core/convention/tools/sqitch_project.hpp"
#include "core/convention/tools/yoyo_depends.hpp"

namespace mig {

// Sqitch's default directories. If sqitch.conf has others, arrange_sqitch() goes by that instead.
constexpr FilePattern sqitch_files[] = {
    {.form = "sqitch.plan", .role = Role::plan, .proof = true},
    {"deploy/{path}.sql", Role::up},
    {"revert/{path}.sql", Role::down},
    {"verify/{path}.sql", Role::verify},
    {"sqitch.conf", Role::settings},
};

// pgmigrate decides by the name whether a migration runs in a transaction.
constexpr FilePattern pgmigrate_files[] = {
    {.form = "V{digits}__NONTRANSACTIONAL_{name}.sql", .role = Role::up, .no_transaction = true, .proof = true},
    {"V{digits}__{name}.sql", Role::up},
};

// A file with one of the vague names is yoyo's only if others are.
constexpr FilePattern yoyo_files[] = {
    {.form = "{groups}_{name}.rollback.sql", .role = Role::down, .proof = true},
    {.form = "{groups}-{name}.rollback.sql", .role = Role::down, .proof = true},
    {.form = "{groups}.{name}.rollback.sql", .role = Role::down, .proof = true},
    {"{groups}_{name}.sql", Role::up},
    {.form = "{groups}-{name}.sql", .role = Role::up, .vague = true},
    {.form = "{groups}.{name}.sql", .role = Role::up, .vague = true},
};
constexpr Marker yoyo_markers[] = {
    {"transactional: false*", MarkerKind::no_transaction},
};

constexpr FilePattern shmig_files[] = {
    {"{digits}-{name}.sql", Role::up},
};
constexpr Marker shmig_markers[] = {
    {.words = "==== UP ====", .kind = MarkerKind::up, .proof = true, .required = true},
    {.words = "==== DOWN ====", .kind = MarkerKind::down, .proof = true},
};

constexpr Convention scripting_tools[] = {
    {.name = "sqitch",
     .shape = "deploy/name.sql",
     .files = sqitch_files,
     .preference = 160,
     .runs_empty_down = EmptyDown::always,
     .claims = is_sqitch_project,
     .arrange = arrange_sqitch},
    {.name = "pgmigrate",
     .shape = "V1__name.sql",
     .files = pgmigrate_files,
     .preference = 200,
     .order = RunOrder::by_number},
    {.name = "yoyo",
     .shape = "VERSION_name.sql",
     .files = yoyo_files,
     .markers = yoyo_markers,
     .preference = 240,
     .order = RunOrder::by_name,
     .runs_empty_down = EmptyDown::always,
     .one_directory = true,
     .known_by_name = true,
     .dependencies = yoyo_dependencies},
    {.name = "shmig",
     .shape = "VERSION-name.sql",
     .files = shmig_files,
     .markers = shmig_markers,
     .preference = 290,
     .order = RunOrder::by_number,
     .runs_empty_down = EmptyDown::not_commented_out,
     .autocommit = true,
     .one_directory = true,
     .weak = true},
};

} // namespace mig
