// Which statements no transaction can hold: what PreventInTransactionBlock() refuses. For most the parse tree says so.
// Of a few the catalogs do: REINDEX and CLUSTER of what is partitioned, DROP SUBSCRIPTION of one with a slot, and CALL
// of a procedure that commits. For guarded frames.
#pragma once

#include "bridge/postgres.hpp"

struct Node;
struct CreateFunctionStmt;

namespace mig::server {

// As far as the parse tree tells.
bool cannot_be_in_transaction(Node *statement);

// What has to be looked up.
bool catalog_decides(Node *statement);
// Of such a one, as things stand now: the server will refuse it in a transaction. False when what it names is not
// there, or may be something else by then. Names are resolved by the search_path of the session.
bool catalog_forbids_transaction(Node *statement);

// Code that a CALL or DO runs.
struct Code {
    const char *body = nullptr; // PL/pgSQL or SQL, in the current memory context; null: none that is known
    bool atomic = false;        // no transaction can end in it: SQL, SECURITY DEFINER, SET
};

// Of the one procedure that a CALL can mean, or of a DO block.
Code code_of(Node *statement);
// Of a procedure as CREATE PROCEDURE makes it.
Code code_of(CreateFunctionStmt const *procedure);
// The same of a CALL by name; `schema` null: by the search_path. None, too, where the role may not look.
Code code_of(const char *schema, const char *name, int arguments);

} // namespace mig::server
