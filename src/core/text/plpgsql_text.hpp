// Reads a PL/pgSQL body, which has the tokens of SQL, without its grammar.
#pragma once

#include "core/text/lexed.hpp"

#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace mig {

// Those of `names`, which are in lower case, that an EXECUTE concatenates into its command as they are: not within an
// argument of quote_ident(), quote_literal(), quote_nullable(), format() or any other function, and without a cast.
std::vector<std::string> concatenated_names(Lexed const &body, std::vector<std::string> const &names);

// The text of a literal in single quotes or between dollar signs, as it is written: without its escapes (E'').
std::string value_of_literal(std::string_view literal);

struct ProcedureName {
    std::string schema, name; // schema empty: not qualified
    int arguments = 0;        // their number
    bool operator<(ProcedureName const &other) const {
        return std::tie(schema, name, arguments) < std::tie(other.schema, other.name, other.arguments);
    }
};

// A statement that may end the transaction in which its body runs: a CALL, a DO block, or else a COMMIT or ROLLBACK.
struct TransactionEnd {
    ProcedureName called;             // by CALL
    std::optional<std::string> block; // of DO
    bool handled = false;             // in a block with EXCEPTION: PL/pgSQL cannot end a transaction in one
};
std::vector<TransactionEnd> transaction_ends_in(Lexed const &body);

} // namespace mig
