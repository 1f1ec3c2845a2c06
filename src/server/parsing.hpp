// The server's own grammar: a body's statements.
#pragma once

#include "core/body.hpp"
#include "core/lexed.hpp"

namespace mig::server {

// One pass of the grammar over the body. `source` and `first_line` say where it came from. A syntax error comes as
// 42601 with file, line and column in its message; so does a psql command, with what to write instead.
std::vector<Statement> parse(Lexed const &body, std::string_view source, std::uint32_t first_line);

} // namespace mig::server
