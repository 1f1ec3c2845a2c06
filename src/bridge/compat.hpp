// Differences between the server versions that we build for (15 to 19). Nothing else tests PG_VERSION_NUM.
#pragma once

#include "bridge/postgres.hpp"
#include "bridge/tree_walk.hpp"

extern "C" {
#include "access/htup_details.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_namespace.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_node.h"
#include "parser/parser.h"
#include "parser/scanner.h"
#include "pgstat.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "utils/acl.h"
#include "utils/backend_status.h"
#include "utils/guc_tables.h"
#include "utils/pgstat_internal.h"
#include "utils/portal.h"
#include "utils/wait_event.h"
}

#if PG_VERSION_NUM < 150000
#error "migrator needs PostgreSQL 15 or later"
#endif

namespace mig::pg {

// 18 dropped the run_once argument (0f21db36d6).
inline bool portal_run(Portal portal, bool top_level, DestReceiver *receiver, QueryCompletion *completion) {
#if PG_VERSION_NUM >= 180000
    return PortalRun(portal, FETCH_ALL, top_level, receiver, receiver, completion);
#else
    return PortalRun(portal, FETCH_ALL, top_level, true, receiver, receiver, completion);
#endif
}

// A foreign key of a partitioned table may be NOT VALID since 18 (b663b9436e).
#if PG_VERSION_NUM >= 180000
constexpr bool has_not_valid_keys_of_partitioned_tables = true;
#else
constexpr bool has_not_valid_keys_of_partitioned_tables = false;
#endif

// What pg_stat_activity.wait_event shows while we wait; an extension can name its own events since 17 (c9af054653).
// Registering a name raises an ERROR if there are too many, or if another class of events has it: call these in guarded
// frames.
inline std::uint32_t run_lock_wait_event() {
#if PG_VERSION_NUM >= 170000
    static std::uint32_t event = 0;
    if (event == 0)
        event = WaitEventExtensionNew("MigratorRunLock");
    return event;
#else
    return PG_WAIT_EXTENSION;
#endif
}

inline std::uint32_t lock_retry_wait_event() {
#if PG_VERSION_NUM >= 170000
    static std::uint32_t event = 0;
    if (event == 0)
        event = WaitEventExtensionNew("MigratorLockRetry");
    return event;
#else
    return PG_WAIT_EXTENSION;
#endif
}

// 17 added the argument `orstronger`.
inline bool holds_lock(const LOCKTAG *tag, LOCKMODE mode) {
#if PG_VERSION_NUM >= 170000
    return LockHeldByMe(tag, mode, false);
#else
    return LockHeldByMe(tag, mode);
#endif
}

// Where this session's own lock table has a lock that it holds: only taking it once more tells. 18 added an argument.
inline LOCALLOCK const *local_lock(const LOCKTAG *tag, LOCKMODE mode) {
    LOCALLOCK *entry = nullptr;
#if PG_VERSION_NUM >= 180000
    LockAcquireExtended(tag, mode, false, true, true, &entry, false);
#else
    LockAcquireExtended(tag, mode, false, true, true, &entry);
#endif
    LockRelease(tag, mode, false);
    return entry;
}

// Iterates over this session's locks in one partition of the lock table, the most recent first; pass null to start.
// The caller holds the partition's LWLock. 16 made the list a dlist (5764f611e1), whose dlist_container() does not
// compile as C++.
inline PROCLOCK *previous_proclock(int partition, PROCLOCK *lock) {
#if PG_VERSION_NUM >= 160000
    dlist_head *const head = &MyProc->myProcLocks[partition];
    if (lock ? !dlist_has_prev(head, &lock->procLink) : dlist_is_empty(head))
        return nullptr;
    dlist_node *const node = lock ? dlist_prev_node(head, &lock->procLink) : dlist_tail_node(head);
    return reinterpret_cast<PROCLOCK *>(reinterpret_cast<char *>(node) - offsetof(PROCLOCK, procLink));
#else
    SHM_QUEUE *const head = &MyProc->myProcLocks[partition];
    return reinterpret_cast<PROCLOCK *>(
        SHMQueuePrev(head, lock ? &lock->procLink : head, offsetof(PROCLOCK, procLink)));
#endif
}

// This session's fast-path locks: weak relation locks that are not in the shared lock table. The caller holds the
// fpInfoLock. A slot has three bits, one for each mode from AccessShareLock on (FAST_PATH_BITS_PER_SLOT in lock.c); 18
// made the number of slots depend on max_locks_per_transaction (c4d5cb71d2).
inline int fast_path_slots() {
#if PG_VERSION_NUM >= 180000
    return FastPathLockSlotsPerBackend();
#else
    return FP_LOCK_SLOTS_PER_BACKEND;
#endif
}
inline LOCKMASK fast_path_modes(int slot) {
#if PG_VERSION_NUM >= 180000
    std::uint64_t const bits =
        MyProc->fpLockBits[slot / FP_LOCK_SLOTS_PER_GROUP] >> (3 * (slot % FP_LOCK_SLOTS_PER_GROUP));
#else
    std::uint64_t const bits = MyProc->fpLockBits >> (3 * slot);
#endif
    return static_cast<LOCKMASK>(bits & 7) << AccessShareLock;
}

// Whether this transaction has added labels to enums, or since 17 (af1d39584f) created enum types. The server has no
// test for it; an estimate of more space than the terminators take, one for each list, means that there are some.
inline bool has_uncommitted_enums() {
#if PG_VERSION_NUM >= 170000
    return EstimateUncommittedEnumsSpace() > 2 * sizeof(Oid);
#else
    return EstimateUncommittedEnumsSpace() > sizeof(Oid);
#endif
}

// CLUSTER, which 19 made one command of REPACK. REPACK can also work without locking others out (CONCURRENTLY).
#if PG_VERSION_NUM >= 190000
constexpr NodeTag cluster_tag = T_RepackStmt;
inline RepackStmt const *cluster(Node const *statement) { return reinterpret_cast<RepackStmt const *>(statement); }
inline RangeVar *cluster_table(Node const *statement) {
    return cluster(statement)->relation ? cluster(statement)->relation->relation : nullptr;
}
inline const char *cluster_command(Node const *statement) {
    return cluster(statement)->command == REPACK_COMMAND_CLUSTER ? "CLUSTER" : "REPACK";
}
#else
constexpr NodeTag cluster_tag = T_ClusterStmt;
inline ClusterStmt const *cluster(Node const *statement) { return reinterpret_cast<ClusterStmt const *>(statement); }
inline RangeVar *cluster_table(Node const *statement) { return cluster(statement)->relation; }
inline const char *cluster_command(Node const *) { return "CLUSTER"; }
#endif

// ALTER SUBSCRIPTION ... REFRESH PUBLICATION; 19 added REFRESH SEQUENCES and renamed this.
#if PG_VERSION_NUM >= 190000
constexpr AlterSubscriptionType subscription_refresh = ALTER_SUBSCRIPTION_REFRESH_PUBLICATION;
#else
constexpr AlterSubscriptionType subscription_refresh = ALTER_SUBSCRIPTION_REFRESH;
#endif

// 19 added flags.
inline TableScanDesc begin_table_scan(Relation relation, Snapshot snapshot) {
#if PG_VERSION_NUM >= 190000
    return table_beginscan(relation, snapshot, 0, nullptr, SO_NONE);
#else
    return table_beginscan(relation, snapshot, 0, nullptr);
#endif
}

// Has the scanner read string literals as the standard does, whatever the session's settings, without a warning; 19
// removed the alternative.
inline void use_standard_strings([[maybe_unused]] core_yy_extra_type *scanner) {
#if PG_VERSION_NUM < 190000
    scanner->standard_conforming_strings = true;
    scanner->escape_string_warning = false;
#endif
}

// The settings of the session that parsing a text depends on.
struct ScannerSettings {
    int backslash_quote;
    bool standard_conforming_strings, escape_string_warning; // 19 removed both

    bool operator==(ScannerSettings const &other) const {
        return backslash_quote == other.backslash_quote &&
               standard_conforming_strings == other.standard_conforming_strings &&
               escape_string_warning == other.escape_string_warning;
    }
};
inline ScannerSettings scanner_settings() {
#if PG_VERSION_NUM < 190000
    return {::backslash_quote, ::standard_conforming_strings, ::escape_string_warning};
#else
    return {::backslash_quote, true, false};
#endif
}

// The least severe messages that go to the server's log; 19 has a setting for each type of process.
inline int &log_level() {
#if PG_VERSION_NUM >= 190000
    return log_min_messages[MyBackendType];
#else
    return log_min_messages;
#endif
}

// Sequential scans of the table that this session has counted and not yet reported. 16 renamed the members.
inline std::int64_t full_scans(PgStat_TableStatus const *counts) {
#if PG_VERSION_NUM >= 160000
    return counts->counts.numscans;
#else
    return counts->t_counts.t_numscans;
#endif
}

// The query identifier of the client's statement, which pgstat_report_activity() resets; signed since 18.
inline std::uint64_t reported_query_id() { return static_cast<std::uint64_t>(MyBEEntry->st_query_id); }
inline void report_query_id(std::uint64_t id) {
#if PG_VERSION_NUM >= 180000
    pgstat_report_query_id(static_cast<int64>(id), true);
#else
    pgstat_report_query_id(id, true);
#endif
}

// Before 16, a subcommand of ALTER TABLE that recurses to the children had a type of its own.
inline AlterTableType without_recursion(AlterTableType type) {
#if PG_VERSION_NUM < 160000
    switch (type) {
    case AT_AddColumnRecurse:
        return AT_AddColumn;
    case AT_DropColumnRecurse:
        return AT_DropColumn;
    case AT_AddConstraintRecurse:
        return AT_AddConstraint;
    case AT_ValidateConstraintRecurse:
        return AT_ValidateConstraint;
    case AT_DropConstraintRecurse:
        return AT_DropConstraint;
    default:
        return type;
    }
#else
    return type;
#endif
}

// All settings; 16 made them a hash table.
inline struct config_generic **settings(int *count) {
#if PG_VERSION_NUM >= 160000
    return get_guc_variables(count);
#else
    *count = GetNumConfigOptions();
    return get_guc_variables();
#endif
}

// Null if there is no setting of that name. May raise an ERROR.
inline struct config_generic const *find_setting(const char *name) {
#if PG_VERSION_NUM >= 160000
    return find_option(name, false, true, DEBUG5);
#else
    int count = 0;
    struct config_generic **const all = settings(&count);
    for (int i = 0; i < count; ++i)
        if (pg_strcasecmp(all[i]->name, name) == 0)
            return all[i];
    return nullptr;
#endif
}

// The part of a setting that depends on its type (config_bool and so on). Before 19 that struct began with the generic
// part; since then it is in a union at the end of the generic one.
template <typename Typed>
Typed const *typed_setting(struct config_generic const *setting) {
#if PG_VERSION_NUM >= 190000
    return reinterpret_cast<Typed const *>(&setting->_bool);
#else
    return reinterpret_cast<Typed const *>(setting);
#endif
}

// The permissions that a statement requires on a table, and the check for them. 16 moved these out of the range table
// (a61b1f7482).
#if PG_VERSION_NUM >= 160000
inline RTEPermissionInfo *permissions(ParseNamespaceItem *item) { return item->p_perminfo; }
inline void check_permissions(ParseState *parse, ParseNamespaceItem *item) {
    (void) ExecCheckPermissions(parse->p_rtable, list_make1(item->p_perminfo), true);
}
#else
inline RangeTblEntry *permissions(ParseNamespaceItem *item) { return item->p_rte; }
inline void check_permissions(ParseState *parse, ParseNamespaceItem *) {
    (void) ExecCheckRTPerms(parse->p_rtable, true);
}
#endif
inline void require_insert(ParseNamespaceItem *item) { permissions(item)->requiredPerms = ACL_INSERT; }
inline void require_insert_into_column(ParseNamespaceItem *item, int column) {
    permissions(item)->insertedCols = bms_add_member(permissions(item)->insertedCols, column);
}

// Functions of that name with that many arguments, or with any number (-1); 19 added flags that say why there is none.
// OUT parameters are arguments only for a CALL.
inline FuncCandidateList function_candidates(List *names, int arguments, bool of_call = false) {
    bool const expand = arguments >= 0; // expand VARIADIC and defaults to that number
#if PG_VERSION_NUM >= 190000
    int why;
    return FuncnameGetCandidates(names, arguments, NIL, expand, expand, of_call, true, &why);
#else
    return FuncnameGetCandidates(names, arguments, NIL, expand, expand, of_call, true);
#endif
}

// The arguments of planner_hook; 19 added EXPLAIN's state (c83ac02ec7).
#if PG_VERSION_NUM >= 190000
#define MIG_PLANNER_PARAMETERS                                                                                         \
    Query *query, const char *sql, int options, ParamListInfo parameters, ExplainState *explain
#define MIG_PLANNER_ARGUMENTS query, sql, options, parameters, explain
#else
#define MIG_PLANNER_PARAMETERS Query *query, const char *sql, int options, ParamListInfo parameters
#define MIG_PLANNER_ARGUMENTS query, sql, options, parameters
#endif

// Columns GENERATED ALWAYS AS (...): virtual ones are new in 18 (83ea6c5402).
inline bool is_stored([[maybe_unused]] Constraint const *generated) {
#if PG_VERSION_NUM >= 180000
    return generated->generated_kind == ATTRIBUTE_GENERATED_STORED;
#else
    return true;
#endif
}

inline bool is_virtual([[maybe_unused]] Form_pg_attribute attribute) {
#if PG_VERSION_NUM >= 180000
    return attribute->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL;
#else
    return false;
#endif
}

// The deferrability that ALTER CONSTRAINT sets. Since 18 the command has a node of its own, and can change other
// properties instead.
struct NewDeferrability {
    const char *constraint; // null: deferrability is not changed
    bool deferrable, initially_deferred;
};
inline NewDeferrability new_deferrability(Node *definition) {
#if PG_VERSION_NUM >= 180000
    auto const *changed = castNode(ATAlterConstraint, definition);
    return {changed->alterDeferrability ? changed->conname : nullptr, changed->deferrable, changed->initdeferred};
#else
    auto const *changed = castNode(Constraint, definition);
    return {changed->conname, changed->deferrable, changed->initdeferred};
#endif
}

// 16 replaced the function for each kind of object by one (c727f511bd).
inline bool may_use_schema(Oid schema, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE) == ACLCHECK_OK;
#else
    return pg_namespace_aclcheck(schema, role, ACL_USAGE) == ACLCHECK_OK;
#endif
}

// The arguments of ExecutorCheckPerms_hook, and the elements of the list that name tables and columns: see
// permissions() above.
#if PG_VERSION_NUM >= 160000
#define MIG_CHECK_PERMISSIONS_PARAMETERS List *range_table, List *needs, bool report
#define MIG_CHECK_PERMISSIONS_ARGUMENTS range_table, needs, report
using TablePermissions = RTEPermissionInfo;
#else
#define MIG_CHECK_PERMISSIONS_PARAMETERS List *needs, bool report
#define MIG_CHECK_PERMISSIONS_ARGUMENTS needs, report
using TablePermissions = RangeTblEntry;
#endif

} // namespace mig::pg
