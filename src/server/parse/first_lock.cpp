#include "server/parse/first_lock.hpp"

#include "bridge/compat.hpp"
#include "server/parse/statement_options.hpp"

extern "C" {
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/tablecmds.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "storage/lockdefs.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

// RemoveRelations() locks them one by one, in the order of the statement, before it drops any.
RangeVar *first_dropped(DropStmt const *statement) {
    switch (statement->removeType) {
    case OBJECT_TABLE:
    case OBJECT_MATVIEW:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_INDEX:
        return statement->concurrent ? nullptr : makeRangeVarFromNameList(linitial_node(List, statement->objects));
    default:
        return nullptr;
    }
}

// Strong is what lock_hold counts: from ShareLock on, the modes that conflict with the RowExclusiveLock of a write (the
// table of lock modes in the manual, 13.3).
RangeVar *first_locked(Node *utility) {
    switch (nodeTag(utility)) {
    case T_LockStmt: {
        auto const *statement = castNode(LockStmt, utility);
        return statement->mode >= ShareLock ? linitial_node(RangeVar, statement->relations) : nullptr;
    }
    case T_AlterTableStmt: {
        auto const *statement = castNode(AlterTableStmt, utility);
        bool const table = statement->objtype == OBJECT_TABLE || statement->objtype == OBJECT_MATVIEW;
        // The mode depends on the subcommands: the strongest that any of them needs.
        return table && AlterTableGetLockLevel(statement->cmds) >= ShareLock ? statement->relation : nullptr;
    }
    case T_DropStmt:
        return first_dropped(castNode(DropStmt, utility));
    case T_TruncateStmt:
        return linitial_node(RangeVar, castNode(TruncateStmt, utility)->relations);
    case pg::cluster_tag:
        return has_option(pg::cluster(utility)->params, "concurrently") ? nullptr : pg::cluster_table(utility);
    case T_ReindexStmt: {
        auto const *statement = castNode(ReindexStmt, utility);
        return has_option(statement->params, "concurrently") ? nullptr : statement->relation;
    }
    default:
        return nullptr;
    }
}

} // namespace

Oid first_strongly_locked_pg(Node *utility) {
    RangeVar *const name = first_locked(utility);
    Oid const relation = name ? RangeVarGetRelid(name, NoLock, true) : InvalidOid;
    if (!OidIsValid(relation))
        return InvalidOid;
    // For an index the server locks the table first (RangeVarCallbackForDropRelation(), ...ForReindexIndex()).
    char const kind = get_rel_relkind(relation);
    return kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX ? IndexGetRelation(relation, true) : relation;
}

} // namespace mig::server
