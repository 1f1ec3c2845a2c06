// The SQL in the code of a function or a DO block in PL/pgSQL, which the server's own grammar can then read. Knows as
// much of the grammar of PL/pgSQL as it takes to tell where each statement begins and ends, and whether it certainly
// runs.
#pragma once

#include "core/text/lexed.hpp"

#include <string>
#include <vector>

namespace mig {

struct CodeStatement {
    enum class Kind : unsigned char {
        sql,        // as it is executed, without INTO
        expression, // SELECT and the expression, if it may call a function
        dynamic,    // EXECUTE; the text is that of its command if it is one constant, and else empty
        commit      // or ROLLBACK
    };
    Kind kind;
    std::string text;
    std::uint32_t offset;     // of the first token in the code
    bool conditional = false; // in IF, CASE, a loop, or where an EXCEPTION clause may skip it
    bool looped = false;      // in a loop
};

// In the order of the text.
std::vector<CodeStatement> statements_in(Lexed const &code);

} // namespace mig
