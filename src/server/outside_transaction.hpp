// Which statements no transaction can hold: what PreventInTransactionBlock() refuses. For most the parse tree says so.
// Of a few the catalogs do: REINDEX and CLUSTER of what is partitioned, DROP SUBSCRIPTION of one with a slot, and CALL of
// a procedure that commits. For guarded frames.
#pragma once

#include "bridge/postgres.hpp"

struct Node;

namespace mig::server {

// As far as the parse tree tells.
bool cannot_be_in_transaction(Node *statement);

// What has to be looked up.
bool catalog_decides(Node *statement);
// Of such a one, as things stand now: the server will refuse it in a transaction. False when what it names is not
// there, or may be something else by then. Names are resolved by the search_path of the session.
bool catalog_forbids_transaction(Node *statement);

// The body of the one procedure that a CALL can mean, or of a DO block, when it is PL/pgSQL and may end the transaction
// that it is called in; else null. Allocated in the current memory context.
const char *code_that_may_commit(Node *statement);

// The same of the one procedure of that name; `schema` null: by the search_path. Null, too, where the role may not look.
const char *procedure_that_may_commit(const char *schema, const char *name);

} // namespace mig::server
