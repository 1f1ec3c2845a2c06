// Tools that split a file at lines of their own: such a line ends a statement, too, where no semicolon does.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

Prepared split_at_breakpoints(std::string_view text, Placeholders const &, std::string const &path);       // Drizzle
Prepared split_at_double_semicolons(std::string_view text, Placeholders const &, std::string const &path); // Migratus
Prepared split_at_splits(std::string_view text, Placeholders const &, std::string const &path);            // go-pg, bun

} // namespace mig
