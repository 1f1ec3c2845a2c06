// What single conventions have that their entry in the table cannot say: a function each.
#pragma once

#include "core/convention_table.hpp"

namespace mig {

// Atlas: a file may be an archive of checks, migration and down.
std::vector<MigrationText> read_atlas(GroupReading const &reading);

// Liquibase: a file holds changesets. Their versions are its path and their number in it.
std::vector<MigrationText> read_liquibase(GroupReading const &reading);

// Sqitch: a plan orders the changes.
Arrangement arrange_sqitch(Convention const &convention, std::vector<SourceFile> const &files);

// Drizzle: a journal names and orders the files.
Arrangement arrange_drizzle(Convention const &convention, std::vector<SourceFile> const &files);

// A line that separates two statements ends the first, too, where no semicolon does.
Prepared split_at_breakpoints(std::string_view text, Placeholders const &, std::string const &path);       // Drizzle
Prepared split_at_double_semicolons(std::string_view text, Placeholders const &, std::string const &path); // Migratus
Prepared split_at_splits(std::string_view text, Placeholders const &, std::string const &path);            // go-pg, bun

} // namespace mig
