// A token's text, as it enters a checksum.
#pragma once

#include "core/text/lexed.hpp"

#include <string>

namespace mig {

// Appends it to `out`: words in lower case, CRLF as LF (git's line-end conversion rewrites both), the parts of a
// literal that continues on another line ('a' <line end> 'b') without what is between them, and COPY data without the
// line that ends them.
void append_token_text(std::string &out, Lexed const &lexed, Token const &token);

} // namespace mig
