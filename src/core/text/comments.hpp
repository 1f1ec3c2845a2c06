// The comments of a text. They lie between its tokens: what looks like one inside a literal is none.
#pragma once

#include "core/text/lexed.hpp"

namespace mig {

struct Comment {
    bool block;             // or to the end of the line
    std::size_t begin, end; // bytes of the text, from its opening; a line comment ends before its line end
    std::string_view words; // what it says, without blanks around it
};

// In the order of the text. Block comments nest; the inner ones are part of the outer.
std::vector<Comment> comments_of(Lexed const &lexed);

// White space within a line.
std::string_view trim_blanks(std::string_view text) noexcept;

} // namespace mig
