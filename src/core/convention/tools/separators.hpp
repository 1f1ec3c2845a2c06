// Tools that split a file at separators of their own. A separator ends a statement even without a semicolon.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// Drizzle: `--> statement-breakpoint`
RewrittenText split_at_breakpoints(std::string_view text, Placeholders const &, std::string const &path);
// Migratus: `--;;`
RewrittenText split_at_double_semicolons(std::string_view text, Placeholders const &, std::string const &path);
// go-pg and bun: `--gopg:split`, `--bun:split`
RewrittenText split_at_go_split_lines(std::string_view text, Placeholders const &, std::string const &path);

} // namespace mig
