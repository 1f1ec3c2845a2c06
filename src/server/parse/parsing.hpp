// The server's own grammar: what a body's statements are. Where each of them ends is as in psql
// (core/text/statement_ends.hpp).
#pragma once

#include "core/migration/body.hpp"
#include "core/text/lexed.hpp"

namespace mig::server {

// One pass of the grammar over the body, whose memory is given back after each statement. `source` and `first_line` say
// where it came from. A syntax error comes as 42601 with file, line and column in its message.
std::vector<Statement> parse(Lexed const &body, std::string_view source, std::uint32_t first_line);

} // namespace mig::server
