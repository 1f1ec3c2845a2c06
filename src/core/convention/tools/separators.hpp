// Tools that split a file at separators of their own. A separator ends a statement even without a semicolon.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// Drizzle: `--> statement-breakpoint`
Prepared split_at_breakpoints(std::string_view text, Placeholders const &, std::string const &path);
// Migratus: `--;;`
Prepared split_at_double_semicolons(std::string_view text, Placeholders const &, std::string const &path);
// go-pg and bun: `--gopg:split`, `--bun:split`
Prepared split_at_splits(std::string_view text, Placeholders const &, std::string const &path);

} // namespace mig
