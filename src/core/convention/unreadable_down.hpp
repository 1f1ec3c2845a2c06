// Files whose down body the scanner refuses: an unterminated quote, a command of psql. Old projects have such bodies,
// which never ran and never could. They must not keep the rest of the file from being loaded.
#pragma once

#include "core/convention/marker.hpp"

namespace mig {

struct ScannedText {
    Lexed text;                       // an unreadable down body is one token
    std::string unreadable_down = {}; // why it is unreadable; empty: it is not
};

// A file with sections. Throws what the lexer throws, unless only the down section is unreadable.
ScannedText scan_sections(Convention const &convention, std::string_view text, std::string const &path,
                          Lexer const &lexer);

// A text that is a down body as a whole.
ScannedText scan_down(std::string_view text, std::string const &path, std::uint32_t first_line, Lexer const &lexer);

} // namespace mig
