// How the files of migration tools are named and what their comments mean: one table, an entry for each tool.
#pragma once

#include "core/convention/placeholders.hpp"
#include "core/migration/migration_text.hpp"

namespace mig {

struct Convention; // an entry of the table

// Null when there is no convention of that name.
Convention const *convention_named(std::string_view name);
const char *name_of(Convention const &convention);
std::string convention_names(); // `home, dbmate, ...`, for messages

// Whether any convention reads a file with this path. Of other files only the name is needed.
bool any_convention_reads(std::string_view path);

// Settings among the files (sqitch.conf) can name files that no convention would read by their name: a plan with
// another name, scripts with another extension. The paths of those that are present but have not been read.
std::vector<std::string> named_by_settings(std::vector<SourceFile> const &files);

// Whether a file with this path holds one body of a migration whose other bodies are in files of their own.
bool holds_one_body(Convention const &convention, std::string_view path);

// Whether the tool runs a down body that contains no statement: then the migration can be rolled back.
bool runs_without_statement(Convention const &convention, std::string_view down);

// Whether its files hold changesets, which get their versions from core/convention/changeset_versions.hpp.
bool holds_changesets(Convention const &convention);

// The convention of all files that look like migrations by name and content. Failure malformed_file when no single
// convention explains them all; it names two files and what each looks like. `alone`: a single file, whose neighbors
// are unknown; then a name that is common to many projects is no evidence.
// `known`: for each file, what an earlier call found out about that file by itself, or an empty string, which is
// replaced by what this call finds out. That depends only on path, content and this release.
using FileReadings = std::vector<std::string>;
Convention const &recognize(std::vector<SourceFile> const &files, Lexer const &lexer, bool alone = false,
                            FileReadings *known = nullptr);

// The files of one migration; in a convention that keeps several migrations in a file, that file.
struct FileGroup {
    std::string version, name; // of a file with several: the prefix of their versions, and no name
    Kind kind = Kind::versioned;
    SourceFile const *up = nullptr, *down = nullptr, *verify = nullptr; // up: null when there is only a down file
    std::vector<SourceFile const *> settings;                           // files about it: metadata.toml, V1__x.sql.conf
    std::vector<std::string> requirements, conflicts;                   // from a plan file
};

struct Arrangement {
    std::vector<FileGroup> groups;   // in the order in which they run
    std::vector<SkippedFile> skipped; // with a hint where a name looks nearly right
};

// Failure duplicate_version, naming both files; malformed_file: a plan file that cannot be used.
Arrangement arrange(Convention const &convention, std::vector<SourceFile> const &files);

// The migrations of a group, which must have an up file: exactly one, except in conventions that keep several in a
// file. Parts of such a file that are skipped are added to `skipped`. Failure malformed_file with file and line:
// misplaced markers, an unresolved placeholder, a feature of the tool that is not supported (ENVSUB, templates).
std::vector<MigrationText> read_group(Convention const &convention, FileGroup const &group,
                                      Placeholders const &placeholders, Lexer const &lexer,
                                      std::vector<SkippedFile> *skipped = nullptr);

} // namespace mig
