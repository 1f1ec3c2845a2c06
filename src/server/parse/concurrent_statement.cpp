#include "server/parse/concurrent_statement.hpp"

#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/parse/statement_options.hpp"

extern "C" {
#include "catalog/namespace.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "parser/parser.h"
#include "utils/builtins.h"
}

namespace mig::server {

namespace {

using Kind = ConcurrentStatement::Kind;

// A POD whose names are copies: the parse tree goes with the scratch memory.
struct Found {
    Kind kind;
    Oid relation, partition;
    char name[NAMEDATALEN], publication[NAMEDATALEN];
};

// Without a lock: the statement takes its own when it runs.
Oid resolve(RangeVar const *name) { return RangeVarGetRelid(name, NoLock, true); }

// It always fits: the scanner has truncated identifiers to NAMEDATALEN - 1 bytes, truncate_identifier().
void set_name(Found &found, const char *name) {
    if (name)
        strlcpy(found.name, name, NAMEDATALEN);
}

// SET PUBLICATION and REFRESH can safely run twice. ADD and DROP cannot: merge_publications() raises an error if the
// publication is there already, or is not there.
void read_alter_subscription(Found &found, AlterSubscriptionStmt const *statement) {
    if (statement->kind == ALTER_SUBSCRIPTION_ADD_PUBLICATION)
        found.kind = Kind::add_publication;
    else if (statement->kind == ALTER_SUBSCRIPTION_DROP_PUBLICATION)
        found.kind = Kind::drop_publication;
    else
        return;
    set_name(found, statement->subname);
    strlcpy(found.publication, strVal(linitial(statement->publication)), NAMEDATALEN);
}

// REINDEX SYSTEM covers the catalogs of the current database: its leftovers are searched for like those of DATABASE.
// Since 16 neither needs a name, because only the current database is accepted anyway (ReindexMultipleTables()).
void read_reindex(Found &found, ReindexStmt const *statement) {
    switch (statement->kind) {
    case REINDEX_OBJECT_INDEX:
        found.kind = Kind::reindex_index;
        break;
    case REINDEX_OBJECT_TABLE:
        found.kind = Kind::reindex_table;
        break;
    case REINDEX_OBJECT_SCHEMA:
        found.kind = Kind::reindex_schema;
        break;
    default:
        found.kind = Kind::reindex_database;
        break;
    }
    if (statement->relation)
        found.relation = resolve(statement->relation);
    set_name(found, statement->name);
}

// Without CONCURRENTLY it runs in a transaction and leaves nothing. `idxname` is null if DefineIndex() is to choose a
// name.
void read_create_index(Found &found, IndexStmt const *statement) {
    if (!statement->concurrent)
        return;
    found.kind = Kind::create_index;
    found.relation = resolve(statement->relation);
    set_name(found, statement->idxname);
}

// DROP INDEX CONCURRENTLY accepts a single index; what the server refuses is `other`.
void read_drop(Found &found, DropStmt const *statement) {
    if (statement->removeType != OBJECT_INDEX || !statement->concurrent || list_length(statement->objects) != 1)
        return;
    found.kind = Kind::drop_index;
    found.relation = resolve(makeRangeVarFromNameList(linitial_node(List, statement->objects)));
}

// gram.y accepts partition_cmd only as the sole subcommand, so at most one is found. DETACH ... FINALIZE is of another
// type.
void read_detach(Found &found, AlterTableStmt const *statement) {
    ListCell *cell;
    foreach (cell, statement->cmds) {
        auto const *command = lfirst_node(AlterTableCmd, cell);
        if (command->subtype != AT_DetachPartition || !castNode(PartitionCmd, command->def)->concurrent)
            continue;
        found.kind = Kind::detach_partition;
        found.relation = resolve(statement->relation);
        found.partition = resolve(castNode(PartitionCmd, command->def)->name);
    }
}

// Not in the list, because they can run twice without harm: VACUUM, CLUSTER, DISCARD ALL, ALTER SYSTEM; and ALTER
// DATABASE ... SET TABLESPACE, for which movedb() returns at once if the database is there already.
void read(Found &found, Node *node) {
    switch (nodeTag(node)) {
    case T_IndexStmt:
        read_create_index(found, castNode(IndexStmt, node));
        break;
    case T_DropStmt:
        read_drop(found, castNode(DropStmt, node));
        break;
    case T_ReindexStmt:
        if (has_option(castNode(ReindexStmt, node)->params, "concurrently"))
            read_reindex(found, castNode(ReindexStmt, node));
        break;
    case T_AlterTableStmt:
        read_detach(found, castNode(AlterTableStmt, node));
        break;
    case T_CreatedbStmt:
        found.kind = Kind::create_database;
        set_name(found, castNode(CreatedbStmt, node)->dbname);
        break;
    case T_DropdbStmt:
        found.kind = Kind::drop_database;
        set_name(found, castNode(DropdbStmt, node)->dbname);
        break;
    case T_CreateTableSpaceStmt:
        found.kind = Kind::create_tablespace;
        set_name(found, castNode(CreateTableSpaceStmt, node)->tablespacename);
        break;
    case T_DropTableSpaceStmt:
        found.kind = Kind::drop_tablespace;
        set_name(found, castNode(DropTableSpaceStmt, node)->tablespacename);
        break;
    case T_CreateSubscriptionStmt:
        found.kind = Kind::create_subscription;
        set_name(found, castNode(CreateSubscriptionStmt, node)->subname);
        break;
    case T_AlterSubscriptionStmt:
        read_alter_subscription(found, castNode(AlterSubscriptionStmt, node));
        break;
    case T_DropSubscriptionStmt:
        found.kind = Kind::drop_subscription;
        set_name(found, castNode(DropSubscriptionStmt, node)->subname);
        break;
    default:
        break;
    }
}

// `sql` is one statement of a body, or the record of one: anything else has no kind.
Found parse_and_read(const char *sql) {
    Found found{};
    List *const tree = raw_parser(sql, RAW_PARSE_DEFAULT);
    if (list_length(tree) == 1)
        read(found, linitial_node(RawStmt, tree)->stmt);
    return found;
}

} // namespace

ConcurrentStatement read_concurrent_statement(const char *sql) {
    Quiet const quiet;
    ScratchMemory const scratch("migrator parse tree");
    Found const found = scratch.run([=] { return parse_and_read(sql); });
    return {found.kind, found.relation, found.partition, found.name, found.publication};
}

} // namespace mig::server
