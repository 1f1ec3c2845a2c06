// The comments of a text. They lie between its tokens: what looks like one inside a literal is not.
#pragma once

#include "core/text/lexed.hpp"

namespace mig {

struct Comment {
    bool block;             // else it ends with the line
    std::size_t begin, end; // bytes of the text, with the delimiters; a line comment ends before its line end
    std::string_view words; // its text, without delimiters and blanks around it
};

// In the order of the text. Block comments nest; the inner ones are part of the outer.
std::vector<Comment> comments_of(Lexed const &lexed);

// Removes white space, but no line ends, from both ends.
std::string_view trim_blanks(std::string_view text) noexcept;

} // namespace mig
