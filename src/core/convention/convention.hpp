// How the files of migration tools are named and what their comments mean: one table, an entry for each tool.
#pragma once

#include "core/convention/placeholders.hpp"
#include "core/migration/migration_text.hpp"

namespace mig {

struct Convention; // an entry of the table

// Null when there is none of that name.
Convention const *convention_named(std::string_view name);
const char *name_of(Convention const &convention);
std::string convention_names(); // `home, dbmate, ...`, for messages

// Some convention reads files of this path: their content is needed.
bool may_be_read(std::string_view path);

// Of files that are not read, the paths of those that settings among the files say are of theirs: a plan of another
// name, scripts of another ending.
std::vector<std::string> named_by_settings(std::vector<SourceFile> const &files);

// A file of this path holds one body of a migration whose others are in files of their own.
bool holds_one_body(Convention const &convention, std::string_view path);

// A down body that has no statement is one to go back by: its tool runs it.
bool runs_without_statement(Convention const &convention, std::string_view down);

// Its files hold changesets, whose versions are for core/convention/changeset_versions.hpp to give.
bool holds_changesets(Convention const &convention);

// The convention that all files are in which look like migrations, by name and by content. Failure malformed_file when
// no one convention explains them all, naming two files and what each looks like. `alone`: the file is one of which it is
// not known what is beside it; then a name that looks nearly like any other's is no evidence.
// `known`: for each file, what this has found out about it alone before, or nothing; then that is put there. It follows
// from path and content and from this release.
using FileReadings = std::vector<std::string>;
Convention const &recognise(std::vector<SourceFile> const &files, Lexer const &lexer, bool alone = false,
                            FileReadings *known = nullptr);

// The files of one migration; of a convention that keeps several in one file, of that file.
struct FileGroup {
    std::string version, name; // then with what its versions begin, and no name
    Kind kind = Kind::versioned;
    SourceFile const *up = nullptr, *down = nullptr, *verify = nullptr; // up: null when there is only a down file
    std::vector<SourceFile const *> settings;         // what stands beside it: metadata.toml, V1__x.sql.conf
    std::vector<std::string> requirements, conflicts; // of a plan file
};

struct Arrangement {
    std::vector<FileGroup> groups;   // in the order in which they run
    std::vector<NotTaken> not_taken; // with a word about a name that looks nearly right
};

// Failure duplicate_version naming both files; malformed_file (a plan file that makes no sense).
Arrangement arrange(Convention const &convention, std::vector<SourceFile> const &files);

// The migrations of a group, which must have an up file: one, but for conventions that keep several in a file. What of
// such a file is not taken is added to `not_taken`. Failure malformed_file with file and line: markers that make no
// sense, an unresolved placeholder, what the tool has and we refuse (ENVSUB, templates).
std::vector<MigrationText> read_group(Convention const &convention, FileGroup const &group,
                                      Placeholders const &placeholders, Lexer const &lexer,
                                      std::vector<NotTaken> *not_taken = nullptr);

} // namespace mig
