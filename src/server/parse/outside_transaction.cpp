#include "server/parse/outside_transaction.hpp"

#include "bridge/compat.hpp"
#include "server/parse/statement_options.hpp"

#include <cstring>

extern "C" {
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_subscription.h"
#include "commands/dbcommands.h"
#include "commands/proclang.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server {

namespace {

bool detaches_concurrently(AlterTableStmt const *statement) {
    ListCell *cell;
    foreach (cell, statement->cmds) {
        auto const *command = lfirst_node(AlterTableCmd, cell);
        if (command->subtype == AT_DetachPartition && castNode(PartitionCmd, command->def)->concurrent)
            return true;
    }
    return false;
}

// Whether it changes the slot at the publisher, which no rollback would undo. With refresh, AlterSubscription_refresh()
// drops the synchronization slots of tables that are no longer published.
bool changes_slot(AlterSubscriptionStmt const *statement) {
    switch (statement->kind) {
    case ALTER_SUBSCRIPTION_SET_PUBLICATION:
    case ALTER_SUBSCRIPTION_ADD_PUBLICATION:
    case ALTER_SUBSCRIPTION_DROP_PUBLICATION:
        return is_on_unless_disabled(statement->options, "refresh");
    case pg::subscription_refresh:
        return true;
    case ALTER_SUBSCRIPTION_OPTIONS: // `failover` since 17, `two_phase` since 18; no options before
        return option_named(statement->options, "failover") || !is_on_unless_disabled(statement->options, "two_phase");
    default:
        return false;
    }
}

// ExecReindex() reindexes each table of these in a transaction of its own.
bool covers_many(ReindexObjectType kind) {
    return kind == REINDEX_OBJECT_SCHEMA || kind == REINDEX_OBJECT_SYSTEM || kind == REINDEX_OBJECT_DATABASE;
}

// Without USAGE, looking up a name in the schema raises an error. That is for the server to raise when the statement
// runs: by then an earlier migration may have granted it, or another role may run this one.
bool may_look_into(const char *schema) {
    Oid const found = schema ? get_namespace_oid(schema, true) : InvalidOid;
    return !OidIsValid(found) || pg::may_use_schema(found, GetUserId());
}

// A name may begin with that of the database, which has to be this one; RangeVarGetRelid() and
// DeconstructQualifiedName() raise an error for another: that, too, is for the server.
bool is_elsewhere(const char *database) {
    return database && std::strcmp(database, get_database_name(MyDatabaseId)) != 0;
}

// No lock: it may become something else before the statement runs, and the server decides then.
bool is_partitioned(RangeVar const *name) {
    if (is_elsewhere(name->catalogname) || !may_look_into(name->schemaname))
        return false;
    Oid const relation = RangeVarGetRelid(name, NoLock, true);
    char const kind = OidIsValid(relation) ? get_rel_relkind(relation) : '\0';
    return kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_PARTITIONED_INDEX;
}

// DropSubscription() calls PreventInTransactionBlock() only if subslotname is set. ALTER SUBSCRIPTION ... SET
// (slot_name = NONE) clears it.
bool has_slot(const char *subscription) {
    HeapTuple const tuple =
        SearchSysCache2(SUBSCRIPTIONNAME, ObjectIdGetDatum(MyDatabaseId), CStringGetDatum(subscription));
    if (!HeapTupleIsValid(tuple))
        return false;
    bool none;
    (void) SysCacheGetAttr(SUBSCRIPTIONNAME, tuple, Anum_pg_subscription_subslotname, &none);
    ReleaseSysCache(tuple);
    return !none;
}

// Whether we can read code in that language. Sets `atomic` if it cannot end transactions. SQL cannot:
// init_execution_state() in functions.c refuses any TransactionStmt. Others have calls for it, such as plpy.commit(),
// which this does not read.
bool is_readable(const char *language, bool *atomic) {
    *atomic = *atomic || std::strcmp(language, "sql") == 0;
    return std::strcmp(language, "sql") == 0 || std::strcmp(language, "plpgsql") == 0;
}

// ExecuteCallStmt() of the server makes a CALL atomic for a procedure with SECURITY DEFINER or SET. A body in the form
// BEGIN ATOMIC is in prosqlbody, and prosrc is empty; but that is always SQL.
Code code_of(Oid procedure) {
    HeapTuple const tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(procedure));
    if (!HeapTupleIsValid(tuple))
        return {};
    auto const *row = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    Code code;
    bool unset, none;
    (void) SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proconfig, &unset);
    Datum const source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &none);
    code.atomic = row->prosecdef || !unset;
    if (row->prokind == PROKIND_PROCEDURE && !none && is_readable(get_language_name(row->prolang, false), &code.atomic))
        code.body = TextDatumGetCString(source);
    ReleaseSysCache(tuple);
    return code;
}

// Of several procedures with that name, the only one with that number of arguments, counted as the server counts those
// of a CALL (`proc_call` of ParseFuncOrColumn()): OUT parameters too. If there are more, it is not known. Types are not
// compared: func_get_detail() needs analyzed arguments, and these may use tables that an earlier statement creates.
Code code_of(List *name, int arguments) {
    int const parts = list_length(name); // [[database.]schema.]name
    if (parts > 3 || (parts == 3 && is_elsewhere(strVal(linitial(name)))) ||
        (parts > 1 && !may_look_into(strVal(list_nth(name, parts - 2)))))
        return {};
    FuncCandidateList found = pg::function_candidates(name, -1, true);
    FuncCandidateList match = found && !found->next ? found : nullptr;
    if (found && found->next)
        for (; found; found = found->next)
            if (found->nargs == arguments) {
                if (match)
                    return {};
                match = found;
            }
    return match ? code_of(match->oid) : Code{};
}

Code code_of(CallStmt const *statement) {
    return code_of(statement->funccall->funcname, list_length(statement->funccall->args));
}

// Without LANGUAGE it is PL/pgSQL, ExecuteDoStmt(). SQL has no inline handler; code in other languages is not read.
Code code_of(DoStmt const *statement) {
    DefElem const *const language = option_named(statement->args, "language"), *const body =
                                                                                   option_named(statement->args, "as");
    if (!body || (language && std::strcmp(strVal(language->arg), "plpgsql") != 0))
        return {};
    return {pstrdup(strVal(body->arg)), false};
}

} // namespace

// Each case has a call of PreventInTransactionBlock(), in utility.c or in the file of the command. What is missing here
// fails in a transaction with 25001.
bool cannot_run_in_transaction(Node *node) {
    switch (nodeTag(node)) {
    case T_IndexStmt:
        return castNode(IndexStmt, node)->concurrent;
    case T_DropStmt:
        return castNode(DropStmt, node)->removeType == OBJECT_INDEX && castNode(DropStmt, node)->concurrent;
    case T_ReindexStmt:
        return covers_many(castNode(ReindexStmt, node)->kind) ||
               has_option(castNode(ReindexStmt, node)->params, "concurrently");
    case T_AlterTableStmt:
        return detaches_concurrently(castNode(AlterTableStmt, node));
    case T_VacuumStmt:
        return castNode(VacuumStmt, node)->is_vacuumcmd; // rather than ANALYZE
    case pg::cluster_tag:
        return !pg::cluster_table(node) || has_option(pg::cluster(node)->params, "concurrently");
    case T_DiscardStmt:
        return castNode(DiscardStmt, node)->target == DISCARD_ALL;
    case T_AlterDatabaseStmt:
        return option_named(castNode(AlterDatabaseStmt, node)->options, "tablespace") != nullptr;
    case T_CreateSubscriptionStmt: {
        List const *const options = castNode(CreateSubscriptionStmt, node)->options;
        // Creating the slot is what cannot be undone; `connect = false` turns it off as well.
        return is_on_unless_disabled(options, "create_slot") && is_on_unless_disabled(options, "connect");
    }
    case T_AlterSubscriptionStmt:
        return changes_slot(castNode(AlterSubscriptionStmt, node));
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_CreateTableSpaceStmt:
    case T_DropTableSpaceStmt:
    case T_AlterSystemStmt:
        return true;
    default:
        return false;
    }
}

// CALL and DO are never refused as such: what their code does decides. REINDEX and CLUSTER of a partitioned relation
// are, since they commit after each partition: ReindexPartitions(), and cluster() when it has to go through several
// tables.
bool catalog_decides(Node *node) {
    switch (nodeTag(node)) {
    case T_ReindexStmt:
    case pg::cluster_tag:
        return !cannot_run_in_transaction(node);
    case T_DropSubscriptionStmt:
    case T_CallStmt:
    case T_DoStmt:
        return true;
    default:
        return false;
    }
}

bool catalog_forbids_transaction(Node *node) {
    switch (nodeTag(node)) {
    case T_ReindexStmt:
        return castNode(ReindexStmt, node)->relation && is_partitioned(castNode(ReindexStmt, node)->relation);
    case pg::cluster_tag:
        return pg::cluster_table(node) && is_partitioned(pg::cluster_table(node));
    case T_DropSubscriptionStmt:
        return has_slot(castNode(DropSubscriptionStmt, node)->subname);
    default:
        return false;
    }
}

Code code_of(Node *statement) {
    if (IsA(statement, CallStmt))
        return code_of(castNode(CallStmt, statement));
    return IsA(statement, DoStmt) ? code_of(castNode(DoStmt, statement)) : Code{};
}

// From the raw options, before compute_function_attributes() has checked them: what that refuses is never created. `as`
// is a list, since a C function has two strings there.
Code code_of(CreateFunctionStmt const *procedure) {
    DefElem const *const language = option_named(procedure->options, "language"),
                         *const body = option_named(procedure->options, "as"),
                         *const security = option_named(procedure->options, "security");
    Code code;
    code.atomic = (security && boolVal(security->arg)) || option_named(procedure->options, "set");
    if (procedure->is_procedure && language && body && is_readable(strVal(language->arg), &code.atomic))
        code.body = pstrdup(strVal(linitial(castNode(List, body->arg))));
    return code;
}

Code code_of(const char *schema, const char *name, int arguments) {
    return code_of(schema ? list_make2(makeString(pstrdup(schema)), makeString(pstrdup(name)))
                          : list_make1(makeString(pstrdup(name))),
                   arguments);
}

} // namespace mig::server
