// What the catalogs tell about a body's statements: which of them cannot run in a transaction.
#pragma once

#include "core/migration/body.hpp"
#include "server/parse/outside_transaction.hpp"

#include <functional>
#include <optional>

namespace mig::server {

// Looks up the statements whose `catalog_decides` is set, as things stand now, and sets their kind, or `commits`. Only
// in a body that would then run statement by statement: where other statements share the transaction, one of them may
// change what was looked up, and the server decides when it runs.
void classify_by_catalog(std::vector<Statement> &statements, std::string_view body, Transaction transaction);

// What happens to the transaction that a CALL or DO runs in, as far as its code, and that of the procedures that it
// CALLs, can be read.
struct TransactionEnds {
    bool possible = false;   // the code ends it, which works where no other statement shares it
    bool impossible = false; // the code ends it where that never works: in SQL, SECURITY DEFINER, SET, with EXCEPTION
};

struct RoutineCode {
    std::string body;
    bool atomic; // see Code
};
std::optional<RoutineCode> routine_of(Code const &code); // none if the code is not known
// Looks up procedures that are not in the catalogs yet.
using PendingProcedure = std::function<std::optional<RoutineCode>(std::string const &schema, std::string const &name)>;

// For a CALL or a DO; neither for other statements.
TransactionEnds transaction_ends_of(Node *statement, PendingProcedure const &pending = {});

} // namespace mig::server
