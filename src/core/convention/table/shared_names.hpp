// File names that tools in several families share.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

constexpr FilePattern numbered_or_paired_files[] = {
    {"{digits}_{name}.sql", Role::up},
    {.form = "{digits}_{name}.up.sql", .role = Role::up, .no_sections = true},
    {.form = "{digits}_{name}.down.sql", .role = Role::down, .no_sections = true},
};

} // namespace mig
