#include "run/plain_form.hpp"

#include "core/base/failure.hpp"
#include "server/parse/statement_options.hpp"

#include <cstring>

extern "C" {
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

Oid resolve(RangeVar const *name) { return RangeVarGetRelid(name, NoLock, true); }

// A relation that does not exist has no kind: the plain statement then raises what the concurrent one would.
char kind_of(Oid relation) { return OidIsValid(relation) ? get_rel_relkind(relation) : '\0'; }

// Each of these returns what the server raises only for CONCURRENTLY, in DefineIndex(), RemoveRelations(),
// ATExecDetachPartition() and ReindexRelationConcurrently(). No lock is taken for that: the statement resolves the
// names again, under its own lock.

Refusal index_to_plain(IndexStmt *statement) {
    if (!statement->concurrent)
        return {};
    statement->concurrent = false;
    if (kind_of(resolve(statement->relation)) == RELKIND_PARTITIONED_TABLE)
        return {"an index of a partitioned table cannot be created concurrently", sqlstate::not_supported};
    return {};
}

Refusal drop_to_plain(DropStmt *statement) {
    if (statement->removeType != OBJECT_INDEX || !statement->concurrent)
        return {};
    statement->concurrent = false;
    if (list_length(statement->objects) > 1)
        return {"DROP INDEX CONCURRENTLY takes one index", sqlstate::not_supported};
    if (statement->behavior == DROP_CASCADE)
        return {"DROP INDEX CONCURRENTLY cannot CASCADE", sqlstate::not_supported};
    if (kind_of(resolve(makeRangeVarFromNameList(linitial_node(List, statement->objects)))) ==
        RELKIND_PARTITIONED_INDEX)
        return {"a partitioned index cannot be dropped concurrently", sqlstate::not_supported};
    return {};
}

// False: no command says CONCURRENTLY.
bool remove_concurrently(List *commands) {
    bool found = false;
    ListCell *cell;
    foreach (cell, commands) {
        auto *const command = lfirst_node(AlterTableCmd, cell);
        if (command->subtype != AT_DetachPartition || !castNode(PartitionCmd, command->def)->concurrent)
            continue;
        castNode(PartitionCmd, command->def)->concurrent = false;
        found = true;
    }
    return found;
}

// The detach changes the constraint of the default partition, under a lock on it that CONCURRENTLY must not take (see
// the comment in ATExecDetachPartition()).
Refusal detach_to_plain(AlterTableStmt *statement) {
    if (!remove_concurrently(statement->cmds))
        return {};
    Oid const parent = resolve(statement->relation);
    if (kind_of(parent) == RELKIND_PARTITIONED_TABLE && OidIsValid(get_default_partition_oid(parent)))
        return {"a partition cannot be detached concurrently while there is a default partition",
                sqlstate::wrong_object_state};
    return {};
}

// The option may be there more than once; ExecReindex() takes the last one.
Refusal reindex_to_plain(ReindexStmt *statement) {
    if (!has_option(statement->params, "concurrently"))
        return {};
    List *others = NIL;
    ListCell *cell;
    foreach (cell, statement->params)
        if (std::strcmp(lfirst_node(DefElem, cell)->defname, "concurrently") != 0)
            others = lappend(others, lfirst(cell));
    statement->params = others;
    if (statement->relation && IsCatalogRelationOid(resolve(statement->relation)))
        return {"system catalogs cannot be reindexed concurrently", sqlstate::not_supported};
    return {};
}

} // namespace

// By the command, which has this word in the names of four statements only (name_of() in parsing.cpp).
bool has_plain_form(Statement const &statement) {
    return statement.kind == Statement::Kind::not_in_transaction && std::strstr(statement.command, "CONCURRENTLY");
}

std::string plain_form_note(Statement const &statement) {
    std::string note = "rehearsed without CONCURRENTLY, which takes ShareUpdateExclusiveLock only";
    if (std::strstr(statement.command, "DETACH"))
        note += ", and at its end AccessExclusiveLock on the partition";
    return note;
}

Refusal to_plain_form(RawStmt *statement) {
    switch (nodeTag(statement->stmt)) {
    case T_IndexStmt:
        return index_to_plain(castNode(IndexStmt, statement->stmt));
    case T_DropStmt:
        return drop_to_plain(castNode(DropStmt, statement->stmt));
    case T_AlterTableStmt:
        return detach_to_plain(castNode(AlterTableStmt, statement->stmt));
    case T_ReindexStmt:
        return reindex_to_plain(castNode(ReindexStmt, statement->stmt));
    default:
        return {};
    }
}

} // namespace mig::server
