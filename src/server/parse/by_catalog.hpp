// What the catalogs know of a body's statements: which of them no transaction can hold.
#pragma once

#include "core/migration/body.hpp"
#include "server/parse/outside_transaction.hpp"

#include <functional>
#include <optional>

namespace mig::server {

// Looks up the statements whose `catalog_decides` is set, as things stand now, and sets their kind, or `commits`. Only
// of a body that would then run statement by statement: where other statements share the transaction, one of them may
// make what is there now something else, and the server has the last word when it runs.
void settle(std::vector<Statement> &statements, std::string_view body, Transaction transaction);

// What becomes of the transaction that a CALL or DO runs in, as far as its code, and that of the procedures that it
// CALLs, can be read.
struct TransactionEnds {
    bool possible = false;   // it is ended, which works where no other statement shares it
    bool impossible = false; // it is to be ended where that never works: in SQL, SECURITY DEFINER, SET, with EXCEPTION
};

struct RoutineCode {
    std::string body;
    bool atomic; // see Code
};
std::optional<RoutineCode> routine_of(Code const &code); // nothing: none that is known
// Of procedures that the catalogs do not know yet.
using MadeProcedure = std::function<std::optional<RoutineCode>(std::string const &schema, std::string const &name)>;

// Of a CALL or a DO; nothing of others.
TransactionEnds transaction_ends_of(Node *statement, MadeProcedure const &made = {});

} // namespace mig::server
