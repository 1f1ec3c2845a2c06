#include "server/watch/rewrite_gate.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "server/db/owner.hpp"
#include "server/db/settings.hpp"
#include "server/lock/run_lock.hpp"
#include "server/parse/statement_options.hpp"

extern "C" {
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/dbcommands.h"
#include "commands/event_trigger.h"
#include "commands/tablespace.h"
#include "nodes/parsenodes.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server::rewrite_gate {

namespace {

struct Rewrite {
    Oid relation = InvalidOid; // none
    std::int64_t size = 0;     // bytes
    const char *name = nullptr;
};

// pg_relation_size() takes AccessShareLock and counts the bytes of the files: no statistics, which may be old.
// calculate_relation_size() stats each segment. It needs no privilege on the table. It waits for whoever has locked the
// table, as the statement itself would; one that skips such tables (SKIP_LOCKED) does not wait here either.
std::int64_t main_fork_size(Oid relation, bool skips_locked) {
    if (skips_locked && !ConditionalLockRelationOid(relation, AccessShareLock))
        return 0;
    // Not by DirectFunctionCall2(), which raises an error when the relation is gone and the result is NULL.
    LOCAL_FCINFO(call, 2);
    InitFunctionCallInfoData(*call, nullptr, 2, InvalidOid, nullptr, nullptr);
    call->args[0] = {ObjectIdGetDatum(relation), false};
    call->args[1] = {PointerGetDatum(cstring_to_text("main")), false};
    Datum const size = pg_relation_size(call);
    if (skips_locked)
        UnlockRelationOid(relation, AccessShareLock);
    return call->isnull ? 0 : DatumGetInt64(size);
}

// Without its partitions: a partitioned table has no storage of its own, and ALTER TABLE fires the event for each of
// them (ATRewriteTables()).
Rewrite measure(Oid relation, bool skips_locked = false) {
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple))
        return {};
    auto const *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    bool const has_storage = RELKIND_HAS_STORAGE(form->relkind);
    Oid const toast = form->reltoastrelid;
    // Now: whoever main_fork_size() waits for may drop the table.
    Rewrite found{relation, 0,
                  quote_qualified_identifier(get_namespace_name(form->relnamespace), NameStr(form->relname))};
    ReleaseSysCache(tuple);
    if (has_storage)
        found.size = main_fork_size(relation, skips_locked);
    if (OidIsValid(toast))
        found.size += main_fork_size(toast, skips_locked);
    return found;
}

// With its partitions, which VACUUM FULL and CLUSTER go through without an event: expand_vacuum_rel(),
// get_tables_to_cluster_partitioned(). Like these, without locks on those whose turn has not come.
Rewrite measure_all(Oid table, bool skips_locked = false) {
    Rewrite all = measure(table, skips_locked);
    if (get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE)
        return all;
    List const *const tables = find_all_inheritors(table, NoLock, nullptr);
    for (int i = 1; i < list_length(tables); ++i) // the first is the table itself
        all.size += measure(list_nth_oid(tables, i), skips_locked).size;
    return all;
}

const char *pretty(std::int64_t bytes) {
    return TextDatumGetCString(DirectFunctionCall1(pg_size_pretty, Int64GetDatum(bytes)));
}

// Indexes are left out, as max_rewrite_size is about the time that copying takes, which the rows decide.
void refuse_above_limit(Rewrite const &rewrite, std::string const &why) {
    std::int64_t const limit = std::int64_t{settings::max_rewrite_kb()} * 1024;
    if (!OidIsValid(rewrite.relation) || rewrite.size <= limit)
        return;
    std::int64_t const size = rewrite.size;
    std::string const size_text = pg::guarded([=] { return pretty(size); });
    std::string const limit_text = pg::guarded([=] { return pretty(limit); });
    throw Failure(sqlstate::rewrite_too_large,
                  "the statement would rewrite " + std::string(rewrite.name) +
                      ", which is larger than "
                      "migrator.max_rewrite_size",
                  "It takes " + size_text + ", indexes not counted; the limit is " + limit_text +
                      ". It would be rewritten because " + why + ", and could not be read in the meantime.",
                  "Do it without a rewrite (add a new column, fill it in batches, switch over), or, at a time when "
                  "nobody needs the table, SET migrator.max_rewrite_size = -1 before the call.");
}

// The bits that pg_event_trigger_table_rewrite_reason() returns. In event_trigger.h; ATRewriteTables() passes them on
// before it creates the transient table.
std::string reason(int bits) {
    std::string text;
    auto const add = [&](int bit, const char *words) {
        if (bits & bit)
            text += (text.empty() ? "" : " and ") + std::string(words);
    };
    add(AT_REWRITE_ALTER_PERSISTENCE, "it becomes logged or unlogged");
    add(AT_REWRITE_DEFAULT_VAL, "a new column's default has to be computed for each row");
    add(AT_REWRITE_COLUMN_REWRITE, "a column's type or expression changes");
    add(AT_REWRITE_ACCESS_METHOD, "its access method changes");
    return text.empty() ? "of reason " + std::to_string(bits) : text;
}

// --- rewrites that fire no event -----------------------------------------------------------------------------------

Oid relation_of(RangeVar const *name) {
    return name ? RangeVarGetRelid(name, NoLock, true) : InvalidOid; // the server reports a missing one itself
}

// VACUUM without FULL frees space in place, and ANALYZE is a VacuumStmt too.
bool is_full(VacuumStmt const &vacuum) {
    return vacuum.is_vacuumcmd && has_option(vacuum.options, "full");
}

// What is refused is a single table: of several the largest, since each is copied by itself and freed before the next
// one.
struct Planned {
    Rewrite rewrite{};
    const char *why = "";
    bool of_database = false; // of whatever is in it
};

void keep_largest(Planned &planned, Rewrite const &rewrite, const char *why) {
    if (OidIsValid(rewrite.relation) && (!OidIsValid(planned.rewrite.relation) || rewrite.size > planned.rewrite.size))
        planned = {rewrite, why};
}

void consider(VacuumStmt const &vacuum, Planned &planned) {
    if (!is_full(vacuum))
        return;
    bool const skips_locked = has_option(vacuum.options, "skip_locked");
    for (int i = 0; i < list_length(vacuum.rels); ++i) {
        RangeVar const *const name = static_cast<VacuumRelation *>(list_nth(vacuum.rels, i))->relation;
        Oid const relation = relation_of(name);
        // ONLY, since 18, leaves the partitions out.
        keep_largest(planned, name->inh ? measure_all(relation, skips_locked) : measure(relation, skips_locked),
                     "VACUUM FULL copies it");
    }
    if (vacuum.rels == NIL)
        planned = {{}, "VACUUM FULL copies every table", true};
}

void consider_cluster(Node const *statement, Planned &planned) {
    bool const cluster = pg::cluster_command(statement) == std::string_view("CLUSTER");
    if (RangeVar const *const name = pg::cluster_table(statement))
        keep_largest(planned, measure_all(relation_of(name)), cluster ? "CLUSTER copies it" : "REPACK copies it");
    else
        planned = {{}, cluster ? "CLUSTER copies every table clustered before" : "REPACK copies every table", true};
}

// SET TABLESPACE copies files block by block and fires no event: ATExecSetTableSpace() is called for relations whose
// rows need not change, where ATRewriteTables() has `rewrite` 0. If they do change, this checks the table as well, with
// the same result.
void consider(AlterTableStmt const &alter, Planned &planned) {
    for (int i = 0; i < list_length(alter.cmds); ++i) {
        auto const *command = static_cast<AlterTableCmd *>(list_nth(alter.cmds, i));
        if (command->subtype != AT_SetTableSpace)
            continue;
        Oid const relation = relation_of(alter.relation), target = get_tablespace_oid(command->name, true);
        if (!OidIsValid(relation) || !OidIsValid(target))
            continue;
        // As CheckRelationTableSpaceMove() does it: to where it is already, nothing is moved.
        Oid const now = get_rel_tablespace(relation); // 0: the database's default
        if ((OidIsValid(now) ? now : MyDatabaseTableSpace) != target)
            keep_largest(planned, measure(relation), "it moves to another tablespace");
    }
}

Planned planned_rewrite(Node const *statement) {
    Planned planned;
    switch (nodeTag(statement)) {
    case pg::cluster_tag:
        consider_cluster(statement, planned);
        break;
    case T_VacuumStmt:
        consider(*reinterpret_cast<VacuumStmt const *>(statement), planned);
        break;
    case T_AlterTableStmt:
        consider(*reinterpret_cast<AlterTableStmt const *>(statement), planned);
        break;
    // CONCURRENTLY writes only the rows that differ (refresh_by_match_merge()), and WITH NO DATA none. The size is that
    // of the old contents: how large the new ones are, only the query knows.
    case T_RefreshMatViewStmt: {
        auto const *refresh = reinterpret_cast<RefreshMatViewStmt const *>(statement);
        if (!refresh->concurrent && !refresh->skipData)
            keep_largest(planned, measure(relation_of(refresh->relation)), "REFRESH MATERIALIZED VIEW rebuilds it");
        break;
    }
    default:
        break;
    }
    return planned;
}

// Without a list of tables: the size of the database bounds theirs. That reads the sizes of all files, indexes
// included: it errs on the safe side. calculate_database_size() wants CONNECT, which who is here need not have (SET
// ROLE), or this role, which is all that it is asked as.
Rewrite measure_database() {
    Identity const reader(ROLE_PG_READ_ALL_STATS, Identity::Limits::restricted);
    return pg::guarded([]() -> Rewrite {
        Datum const size = DirectFunctionCall1(pg_database_size_oid, ObjectIdGetDatum(MyDatabaseId));
        return {MyDatabaseId, DatumGetInt64(size),
                psprintf("all of database %s", quote_identifier(get_database_name(MyDatabaseId)))};
    });
}

// Checked first, and without a guard, because the watcher sees every utility statement of a run.
bool may_rewrite(Node const *statement) {
    switch (nodeTag(statement)) {
    case pg::cluster_tag:
    case T_VacuumStmt:
    case T_AlterTableStmt:
    case T_RefreshMatViewStmt:
        return true;
    default:
        return false;
    }
}

void check(pg::Utility const &utility) {
    Node const *const statement = utility.statement();
    if (!may_rewrite(statement))
        return;
    Planned const planned = pg::guarded([=] { return planned_rewrite(statement); });
    refuse_above_limit(planned.of_database ? measure_database() : planned.rewrite, planned.why);
}

} // namespace

bool on() noexcept { return settings::max_rewrite_kb() >= 0 && run_in_progress(); }

void check_event() {
    struct Event {
        Oid relation;
        int reason;
    };
    Event const event = pg::guarded([]() -> Event {
        return {DatumGetObjectId(DirectFunctionCall1(pg_event_trigger_table_rewrite_oid, Datum{0})),
                DatumGetInt32(DirectFunctionCall1(pg_event_trigger_table_rewrite_reason, Datum{0}))};
    });
    Rewrite const rewrite = pg::guarded([=] { return measure(event.relation); });
    refuse_above_limit(rewrite, reason(event.reason));
}

pg::Watcher const watcher{.on = on, .utility_begins = check};

} // namespace mig::server::rewrite_gate
