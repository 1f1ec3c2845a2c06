// migrator's own layout, and what projects use without a tool.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

constexpr FilePattern home_files[] = {
    {"{groups}_{name}.sql", Role::up},
};
constexpr Marker home_markers[] = {
    {"UP", MarkerKind::up},
    {"DOWN", MarkerKind::down},
    {"VERIFY", MarkerKind::verify},
};

// Many projects name their files like this, with no particular tool. Up patterns such as {groups}_{name}.sql match many
// other files too: those of down files come first, since the first pattern that matches counts.
constexpr FilePattern pair_files[] = {
    {.form = "down/{groups}_{name}.sql", .role = Role::down, .proof = true},
    {.form = "rollback/{groups}_{name}.sql", .role = Role::down, .proof = true},
    {.form = "undo/{groups}_{name}.sql", .role = Role::down, .proof = true},
    {"up/{groups}_{name}.sql", Role::up},
    {.form = "{groups}_{name}_down.sql", .role = Role::down, .proof = true},
    {.form = "{groups}_{name}-down.sql", .role = Role::down, .proof = true},
    {.form = "{groups}_down.sql", .role = Role::down, .proof = true},
    {.form = "{groups}_{name}_rollback.sql", .role = Role::down, .proof = true},
    {.form = "{groups}_{name}_revert.sql", .role = Role::down, .proof = true},
    {.form = "{groups}_{name}_undo.sql", .role = Role::down, .proof = true},
    {.form = "{groups}_{name}.revert.sql", .role = Role::down, .proof = true},
    {.form = "{groups}_{name}.undo.sql", .role = Role::down, .proof = true},
    {"{groups}_{name}_up.sql", Role::up},
    {"{groups}_{name}-up.sql", Role::up},
    {"{groups}_up.sql", Role::up},
    {"{groups}_{name}.sql", Role::up},
};

constexpr Convention own_layouts[] = {
    {.name = "home", .shape = "VERSION_name.sql", .files = home_files, .markers = home_markers, .preference = 10},
    {.name = "pairs", .shape = "VERSION_name_up.sql", .files = pair_files, .preference = 250, .pairs = true},
};

} // namespace mig
