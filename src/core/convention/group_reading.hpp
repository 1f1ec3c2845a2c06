// How the files of a migration are read, for all conventions alike.
#pragma once

#include "core/base/failure.hpp"
#include "core/convention/marker.hpp"

namespace mig {

// A file, its tokens and its markers. `text.text` is the file's content, or `owned`.
struct ReadFile {
    SourceFile const *source;
    Prepared owned;
    Lexed text;
    std::vector<FoundMarker> markers;
    std::string unreadable_down; // see core/convention/unreadable_down.hpp
};

// Failure malformed_file: a marker that we refuse, or none where one has to be.
ReadFile read_file(Convention const &convention, SourceFile const &file, Prepared owned, Lexer const &lexer);

// One that is a down body.
ReadFile read_down_file(Convention const &convention, SourceFile const &file, Prepared owned, Lexer const &lexer);

TextPart part_of(ReadFile const &file, Section const &section);

// The migration that a file's sections are, with what its directives, its markers and its name say.
MigrationText migration_of(Convention const &convention, ReadFile const &file, Document const &document);

// Adds what the group knows of its migration.
void complete(MigrationText &migration, FileGroup const &group);

// `call()`; a Failure that tells only the line tells the file then, too.
template <class Call>
auto in_file(std::string const &path, Call &&call) {
    try {
        return call();
    } catch (Failure &failure) {
        if (failure.message.rfind("line ", 0) == 0)
            failure.message = path + ", " + failure.message;
        throw;
    }
}

} // namespace mig
