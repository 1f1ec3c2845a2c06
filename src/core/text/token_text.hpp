// A token's text as it counts for a checksum.
#pragma once

#include "core/text/lexed.hpp"

#include <string>

namespace mig {

// Appends it to `out`: words in lower case, CRLF as LF (git's line-end conversion rewrites both), and the parts of a
// literal that goes on over several lines ('a' <line end> 'b') without what lies between them. Of copied lines not the
// one that ends them.
void append_token_text(std::string &out, Lexed const &lexed, Token const &token);

} // namespace mig
