#include "lint/read/pending_checks.hpp"

#include "lint/read/writes.hpp"
#include "lint/world/settings_in_force.hpp"
#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_trigger.h"
}

namespace mig::server::lint {

struct PendingChecks::Write {
    Table const &table;
    std::int32_t event; // a bit of pg_trigger.tgtype
    List const *set;    // the SET list of an UPDATE
    bool certain;       // writes at least one row
};

namespace {

// Whether INSERT inserts a row whatever the data are: DEFAULT VALUES or VALUES. ON CONFLICT may leave every row out.
bool certainly_inserts(InsertStmt const &insert) {
    if (insert.onConflictClause)
        return false;
    auto const *select = insert.selectStmt ? MIG_AS(SelectStmt, insert.selectStmt) : nullptr;
    return !insert.selectStmt || (select && select->valuesLists != NIL && !select->limitCount && !select->limitOffset);
}

// False: a BEFORE trigger may suppress the row, or a rule may rewrite the statement.
bool stores_every_row(Table const &table) {
    return table.is_table() && !table.has_rules && !(table.before_row_events & TRIGGER_TYPE_INSERT);
}

std::int32_t event_of(CmdType command) {
    return command == CMD_INSERT   ? TRIGGER_TYPE_INSERT
           : command == CMD_UPDATE ? TRIGGER_TYPE_UPDATE
           : command == CMD_DELETE ? TRIGGER_TYPE_DELETE
                                   : 0;
}

// Calls visit(name of the table, event, SET list, whether a row is certain) for each kind of write. Writes of a WITH
// count as well; how many rows they write is not known.
template <class Visit>
void each_write(Node const *node, bool brings_rows, Visit const &visit) {
    if (auto const *insert = MIG_AS(InsertStmt, node)) {
        visit(insert->relation, TRIGGER_TYPE_INSERT, nullptr, certainly_inserts(*insert));
        if (insert->onConflictClause && insert->onConflictClause->action == ONCONFLICT_UPDATE)
            visit(insert->relation, TRIGGER_TYPE_UPDATE, insert->onConflictClause->targetList, false);
    } else if (auto const *update = MIG_AS(UpdateStmt, node)) {
        visit(update->relation, TRIGGER_TYPE_UPDATE, update->targetList, false);
    } else if (auto const *removal = MIG_AS(DeleteStmt, node)) {
        visit(removal->relation, TRIGGER_TYPE_DELETE, nullptr, false);
    } else if (auto const *merge = MIG_AS(MergeStmt, node)) {
        each<MergeWhenClause>(merge->mergeWhenClauses, [&](MergeWhenClause const &when) {
            if (std::int32_t const event = event_of(when.commandType))
                visit(merge->relation, event, when.targetList, false);
        });
    } else if (auto const *copy = MIG_AS(CopyStmt, node)) {
        if (copy->is_from)
            visit(copy->relation, TRIGGER_TYPE_INSERT, nullptr,
                  // With HEADER the only line may be the header.
                  brings_rows && !copy->whereClause && !has_option(copy->options, "header"));
    }
    // Data-modifying statements in WITH are executed whether or not the query reads their output ("Data-Modifying
    // Statements in WITH"), those of a SELECT as well.
    if (WithClause const *with = with_of(node))
        each<CommonTableExpr>(with->ctes,
                              [&](CommonTableExpr const &query) { each_write(query.ctequery, false, visit); });
}

// No columns: a constraint trigger without UPDATE OF, or columns that nobody knows. Then every UPDATE counts.
bool sets_any(List const *set, std::vector<std::string> const &columns) {
    return columns.empty() || any<ResTarget>(set, [&](ResTarget const &target) {
               return target.name && std::find(columns.begin(), columns.end(), target.name) != columns.end();
           });
}

// False for the foreign key of another table if a pending statement has dropped the key or that table. A table that
// was never looked up cannot have been changed.
bool still_exists(DeferrableCheck const &check, World &world) {
    Table *referencing = check.referencing;
    if (!referencing && check.referencing_oid != 0) {
        auto const known = world.contents().by_oid.find(check.referencing_oid);
        referencing = known == world.contents().by_oid.end() ? nullptr : known->second; // null: never looked up
    }
    return !referencing || (!referencing->dropped && referencing->constraint(check.name));
}

} // namespace

void PendingChecks::note(Node *node, bool brings_rows, World &world, std::unordered_set<Table const *> &written) {
    if (auto const *set_constraints = MIG_AS(ConstraintsSetStmt, node))
        return set(*set_constraints);
    each_write(query_of(node), brings_rows,
               [&](RangeVar const *name, std::int32_t event, List const *set, bool certain) {
                   Table const *const table = name ? world.find(name) : nullptr;
                   if (!table)
                       return;
                   write({*table, event, set, certain && stores_every_row(*table)}, world);
                   if (!table->is_new)
                       written.insert(table);
               });
}

void PendingChecks::set(ConstraintsSetStmt const &statement) {
    if (statement.constraints != NIL) {
        each<RangeVar>(statement.constraints, [&](RangeVar const &constraint) {
            set({constraint.schemaname ? constraint.schemaname : "", constraint.relname}, statement.deferred);
        });
        return;
    }
    // ALL forgets what was set by name before it, as AfterTriggerSetState() does.
    all_deferred_ = statement.deferred;
    named_.clear();
    if (statement.deferred)
        return;
    pending_.clear(); // IMMEDIATE runs the pending checks now
    tables_.clear();
}

// A name without schema overrides all earlier settings of that name. IMMEDIATE runs the pending checks of these
// constraints now, so that they are no longer pending. Of a name without schema AfterTriggerSetState() takes the first
// schema of search_path that has such a constraint; here it means all of that name.
void PendingChecks::set(Name const &name, bool deferred) {
    std::vector<Timing> &timings = named_[name.second];
    if (name.first.empty())
        timings.clear();
    timings.push_back({name.first, deferred});
    if (deferred)
        return;
    for (Table const *const table : tables_[name.second]) {
        std::map<Name, Check> &checks = pending_[table];
        for (auto check = checks.begin(); check != checks.end();)
            if (check->first.second == name.second && (name.first.empty() || check->first.first == name.first))
                check = checks.erase(check);
            else
                ++check;
    }
    if (name.first.empty())
        tables_.erase(name.second);
}

// As afterTriggerCheckState(): SET CONSTRAINTS by name, the newest first, then SET CONSTRAINTS ALL, then INITIALLY
// DEFERRED or IMMEDIATE.
bool PendingChecks::waits(DeferrableCheck const &check) const {
    if (auto const named = named_.find(check.name); named != named_.end())
        for (auto timing = named->second.rbegin(); timing != named->second.rend(); ++timing)
            if (timing->schema.empty() || timing->schema == check.schema)
                return timing->deferred;
    return all_deferred_.value_or(check.initially_deferred);
}

// As AfterTriggerSaveEvent() queues the triggers of a row. It skips the trigger of a foreign key if an UPDATE leaves
// the key columns alone (RI_FKey_fk_upd_check_required() and _pk_upd_). For an INSERT nothing is skipped, not even for
// a NULL key: that check is certain to be queued. Of a deferrable unique key it is queued only if the index has met a
// possible duplicate.
void PendingChecks::write(Write const &write, World &world) {
    // By DISABLE TRIGGER ALL, which includes the internal triggers of constraints.
    if (write.table.triggers_disabled || write.table.deferrable.empty())
        return;
    // The triggers of constraints, which are enabled as ORIGIN, then do not fire.
    if (world.settings().is("session_replication_role", "replica"))
        return;
    for (DeferrableCheck const &check : write.table.deferrable) {
        if (!(check.events & write.event) || !waits(check) || !still_exists(check, world))
            continue;
        if (write.event == TRIGGER_TYPE_UPDATE && !sets_any(write.set, check.columns))
            continue;
        Check &pending = pending_[&write.table][{check.schema, check.name}];
        pending.constraint = check.name;
        pending.certain = pending.certain || (write.certain && !check.conditional);
        pending.unique = check.unique;
        tables_[check.name].insert(&write.table);
    }
}

// One is enough to make the DDL fail (AfterTriggerPendingOnRel()), so only the most certain is reported.
PendingChecks::Check PendingChecks::pending_on(Table const &table) const {
    Check most_certain;
    auto const checks = pending_.find(&table);
    if (checks == pending_.end())
        return most_certain;
    auto const certainty = [](Check const &check) {
        return check.constraint.empty() ? 0 : check.certain ? 3 : check.unique ? 1 : 2;
    };
    for (auto const &[name, check] : checks->second)
        if (certainty(check) > certainty(most_certain))
            most_certain = check;
    return most_certain;
}

} // namespace mig::server::lint
