// A body's statements, parsed by the server's own grammar. Each ends where psql would end it
// (core/text/statement_ends.hpp).
#pragma once

#include "core/migration/body.hpp"
#include "core/text/lexed.hpp"
#include "server/parse/parse_trees.hpp"

namespace mig::server {

// Takes one pass of the grammar over the body, and frees its memory after each statement, unless it goes into `trees`:
// those of INSERT and COPY do not, since a dump has millions of them. `source` and `first_line` say where the body
// comes from. A syntax error raises 42601 with file, line and column in its message.
std::vector<Statement> parse(Lexed const &body, std::string_view source, std::uint32_t first_line,
                             ParseTrees *trees = nullptr);

} // namespace mig::server
