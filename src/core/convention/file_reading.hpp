// What the name and the content of a single file say about its convention, whatever other files there are.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

struct FileReading {
    bool counts = false;          // the file is evidence; if not, only `proved` means anything
    ConventionSet proved;         // of several possible conventions, the name decides for these
    ConventionSet readers;        // can read it
    ConventionSet pairs, singles; // of the conventions with both up/down pairs and single files: which form it has
    std::size_t depth = 0;        // of the topmost directory whose migration it may be
    bool weak = false;            // only its name is evidence, and that is common
};

// Failure malformed_file: its name belongs to one tool and its markers to another.
FileReading reading_of(SourceFile const &file, Lexer const &lexer);

// For storage. Nothing is read from what another release wrote in another form.
std::string to_text(FileReading const &reading);
std::optional<FileReading> reading_from(std::string_view text);

std::size_t index_of(Convention const &convention); // into a ConventionSet
std::string names_of(ConventionSet const &set); // `flyway, goose`

// The HINT when no single convention explains the files.
inline constexpr const char *name_convention_hint =
    "Name the convention, convention => 'NAME', to load its files and skip the others; or load each directory as a "
    "module of its own.";

} // namespace mig
