// Reading the files of a migration, the part that is the same for all conventions.
#pragma once

#include "core/base/failure.hpp"
#include "core/convention/marker.hpp"

namespace mig {

// A file, its tokens and its markers. `text.text` is the file's content, or `owned` if that is set.
struct ScannedFile {
    SourceFile const *source;
    RewrittenText owned;
    Lexed text;
    std::vector<FoundMarker> markers;
    std::string unreadable_down; // see core/convention/unreadable_down.hpp
};

// Failure malformed_file: a marker that is not supported, or a required one that is missing.
ScannedFile read_file(Convention const &convention, SourceFile const &file, RewrittenText owned, Lexer const &lexer);

// Reads a file that is a down body as a whole.
ScannedFile read_down_file(Convention const &convention, SourceFile const &file, RewrittenText owned,
                           Lexer const &lexer);

// Failure malformed_file with path and line: a comment that looks like a marker (marker_slip.hpp). `whole`: the section
// that the file is apart from its markers.
void refuse_slips(Convention const &convention, ScannedFile const &file, MarkerKind whole);

TextPart part_of(ScannedFile const &file, Section const &section);

// Makes a migration of the sections of a file, its directives, its markers and its name.
MigrationText migration_of(Convention const &convention, ScannedFile const &file, Document const &document);

// Adds what the group knows about its migration: version, name, kind, requirements.
void complete_from_group(MigrationText &migration, FileGroup const &group);

// Runs `call()`. A Failure whose message begins with a line gets the path before it.
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
