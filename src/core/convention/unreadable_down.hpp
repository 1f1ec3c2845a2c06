// Files whose down body the scanner refuses: an open quote, a command of psql. Old projects have such that never ran,
// nor could; what else is in the file counts all the same.
#pragma once

#include "core/convention/marker.hpp"

namespace mig {

struct Scanned {
    Lexed text;                       // where the down body cannot be read, it is one token
    std::string unreadable_down = {}; // why it cannot; empty: it can
};

// A file of sections. Throws what the lexer throws where it is not the down section alone that cannot be read.
Scanned scan_sections(Convention const &convention, std::string_view text, std::string const &path, Lexer const &lexer);

// A text that is nothing but a down body.
Scanned scan_down(std::string_view text, std::string const &path, std::uint32_t first_line, Lexer const &lexer);

} // namespace mig
