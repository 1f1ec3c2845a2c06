// Reads a PL/pgSQL body, which has the tokens of SQL, without its grammar.
#pragma once

#include "core/text/lexed.hpp"

#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace mig {

// Of these names, lower case, those that an EXECUTE concatenates into its command as they are: not in an argument of
// quote_ident(), quote_literal(), quote_nullable(), format() or any other function, not with a cast behind it.
std::vector<std::string> concatenated(Lexed const &body, std::vector<std::string> const &names);

struct ProcedureName {
    std::string schema, name; // schema empty: not said
    int arguments = 0;        // how many
    bool operator<(ProcedureName const &other) const {
        return std::tie(schema, name, arguments) < std::tie(other.schema, other.name, other.arguments);
    }
};

// What may end the transaction that a body runs in, where a statement begins: a CALL, a DO block; neither: a COMMIT or
// ROLLBACK of its own.
struct Ending {
    ProcedureName called;
    std::optional<std::string> block;
    bool handled = false; // in a block with EXCEPTION, where no transaction can end
};
std::vector<Ending> endings_in(Lexed const &body);

} // namespace mig
