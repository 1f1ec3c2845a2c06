// What the catalogs know of a body's statements: which of them no transaction can hold.
#pragma once

#include "core/body.hpp"

namespace mig::server {

// Looks up the statements whose `catalog_decides` is set, as things stand now, and sets their kind, or `commits`. Only
// of a body that would then run statement by statement: where other statements share the transaction, one of them may
// make what is there now something else, and the server has the last word when it runs.
void settle(std::vector<Statement> &statements, std::string_view body, Transaction transaction);

// Whether PL/pgSQL code has a COMMIT or ROLLBACK of its own, or CALLs a procedure that has.
bool code_ends_transactions(std::string const &code);

} // namespace mig::server
