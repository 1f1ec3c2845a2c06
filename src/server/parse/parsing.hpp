// A body's statements, parsed by the server's own grammar. Each ends where psql would end it
// (core/text/statement_ends.hpp).
#pragma once

#include "core/migration/body.hpp"
#include "core/text/lexed.hpp"
#include "server/db/scratch_memory.hpp"

namespace mig::server {

// The parse trees of statements that will be read again (Statement::tree), freed with this. Statements parsed once they
// fill work_mem have none.
class ParseTrees {
  public:
    bool full() const;
    ScratchMemory const &memory() const { return memory_; }

  private:
    ScratchMemory const memory_{"migrator parse trees"};
};

// Takes one pass of the grammar over the body, and frees its memory after each statement, unless it goes into `trees`:
// those of INSERT and COPY do not, since a dump has millions of them. `source` and `first_line` say where the body
// comes from. A syntax error raises 42601 with file, line and column in its message.
std::vector<Statement> parse(Lexed const &body, std::string_view source, std::uint32_t first_line,
                             ParseTrees *trees = nullptr);

} // namespace mig::server
