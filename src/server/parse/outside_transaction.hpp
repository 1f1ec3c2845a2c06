// Which statements cannot run in a transaction: those that PreventInTransactionBlock() refuses. For most of them the
// parse tree is enough. A few depend on the catalogs: REINDEX and CLUSTER of a partitioned relation, DROP SUBSCRIPTION
// of one with a slot, and CALL of a procedure that commits. For guarded frames.
#pragma once

#include "bridge/postgres.hpp"

struct Node;
struct CreateFunctionStmt;

namespace mig::server {

// As far as the parse tree tells.
bool cannot_run_in_transaction(Node *statement);

// Whether it has to be looked up.
bool catalog_decides(Node *statement);
// For such a statement, as things stand now: whether the server will refuse it in a transaction. False if what it names
// does not exist, or may be something else by then. Names are resolved by the session's search_path.
bool catalog_forbids_transaction(Node *statement);

// Code that a CALL or DO runs.
struct Code {
    const char *body = nullptr; // PL/pgSQL or SQL, in the current memory context; null: not known
    bool atomic = false;        // it cannot end a transaction: SQL, SECURITY DEFINER, SET
};

// Of the only procedure that a CALL can mean, or of a DO block.
Code code_of(Node *statement);
// Of a procedure as CREATE PROCEDURE would create it.
Code code_of(CreateFunctionStmt const *procedure);
// The same for a CALL by name; `schema` null: by the search_path. Also not known if the role may not use the schema.
Code code_of(const char *schema, const char *name, int arguments);

} // namespace mig::server
