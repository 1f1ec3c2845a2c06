// What the name and the content of one file say of whose it is, whatever is beside it.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

struct FileReading {
    bool tells = false;           // else it says nothing, but for `proved`
    ConventionSet proved;         // by the name: of several possible ones, meant
    ConventionSet readers;        // that can read it
    ConventionSet pairs, singles; // of those that have both forms of files: which it is
    std::size_t depth = 0;        // of the topmost directory that it may be a migration of
    bool modest = false;          // only by a name that is like nothing else
};

// Failure malformed_file: its name is that of one tool, its markers are another's.
FileReading reading_of(SourceFile const &file, Lexer const &lexer);

// To be kept; nothing for what another release has written.
std::string to_text(FileReading const &reading);
std::optional<FileReading> reading_from(std::string_view text);

std::size_t place(Convention const &convention); // in a ConventionSet
std::string names_of(ConventionSet const &set); // `flyway, goose`

// Of a failure that no one convention explains.
inline constexpr const char *name_one =
    "Name the convention, convention => 'NAME', to take its files and have the others reported; or load the "
    "directories apart, each as a module of its own.";

} // namespace mig
