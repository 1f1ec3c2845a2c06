// Refuses a comment that was meant to be a marker and is none: what follows it would run in the wrong section.
#pragma once

#include "core/convention/marker.hpp"

namespace mig {

// A line of a text at which a section begins, or that the convention knows otherwise.
struct KnownLine {
    std::size_t begin; // of the line, or of its comment
    MarkerKind kind;   // up, down or verify begins a section; any other one does not
};

struct MarkedText {
    Convention const *convention; // null: it is not from a file, and has no sections
    MarkerKind whole;             // up, down or verify: what it is until its first marker
    bool sections;                // it may have some
    Lexed const &text;
    std::vector<KnownLine> const &known; // in their order
};

// Failure malformed_file, `line N: ...`. A comment that is not known is refused if it is the first thing on its line,
// stands between two statements or at either end of the text, reads like a marker (marker_words.hpp), and
// - looks like one of another tool, or like a known one in a form that does not count; or
// - names another section than the one it stands in. One that introduces a text of its own must have a statement before
//   it: else it is part of a description of the file.
// A statement must follow it, in the section: nothing else could run where it should not.
// `-- migrator: allow=marker REASON` lets all comments between the same two statements pass; before the first
// statement, all comments of the text.
void refuse_slips(MarkedText const &marked);

} // namespace mig
