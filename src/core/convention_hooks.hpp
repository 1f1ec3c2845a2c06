// What single conventions have that the table of conventions cannot say: one function each.
#pragma once

#include "core/convention_table.hpp"

namespace mig::hooks {

// Flyway: `${name}` in the text. Failure malformed_file for one that has no value.
Prepared fill_placeholders(SourceFile const &file, Placeholders const &placeholders);

// tern: files are Go templates. Failure malformed_file when this one makes use of that.
Prepared refuse_templates(SourceFile const &file, Placeholders const &placeholders);

// Atlas: a file may be an archive of checks, migration and down.
std::vector<MigrationText> read_atlas(Convention const &, FileGroup const &group, Lexer const &lexer);

// Liquibase: a file holds changesets.
std::vector<MigrationText> read_liquibase(Convention const &, FileGroup const &group, Lexer const &lexer);

// Sqitch: a plan orders the changes.
Arrangement arrange_sqitch(Convention const &, std::vector<SourceFile> const &files);

} // namespace mig::hooks
