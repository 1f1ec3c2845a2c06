// What single conventions have that their entry in the table cannot say: a function each.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// Atlas: a file may be an archive of checks, migration and down.
std::vector<MigrationText> read_atlas(GroupReading const &reading);

// Liquibase: a file holds changesets. Their versions are its path and their number in it.
std::vector<MigrationText> read_liquibase(GroupReading const &reading);

// Sqitch: a plan orders the changes.
Arrangement arrange_sqitch(Convention const &convention, std::vector<SourceFile> const &files);
// It is at the top, or where the settings at the top say that it is.
bool has_sqitch_plan(std::vector<SourceFile> const &files);

// Drizzle: a journal names and orders the files.
Arrangement arrange_drizzle(Convention const &convention, std::vector<SourceFile> const &files);

// By the names of the files and the traits of the convention, as where nothing else is said.
Arrangement arrange_by_name(Convention const &convention, std::vector<SourceFile> const &files);

// Play: markers may stand behind a '#', and what is before the first is no part of the migration; `;;` is a semicolon
// within a statement. plain_evolution(): only that; null where no line is a marker.
Prepared read_evolution(std::string_view text, Placeholders const &placeholders, std::string const &path);
Prepared plain_evolution(std::string_view text);

// Play: from one number to the next, until one is missing.
Arrangement arrange_evolutions(Convention const &convention, std::vector<SourceFile> const &files);

// yoyo: `-- depends: 0001_a 0002_b` above the first statement.
std::vector<std::string> depends_of_yoyo(std::string_view text);

// A line that separates two statements ends the first, too, where no semicolon does.
Prepared split_at_breakpoints(std::string_view text, Placeholders const &, std::string const &path);       // Drizzle
Prepared split_at_double_semicolons(std::string_view text, Placeholders const &, std::string const &path); // Migratus
Prepared split_at_splits(std::string_view text, Placeholders const &, std::string const &path);            // go-pg, bun

} // namespace mig
