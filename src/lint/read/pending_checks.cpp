#include "lint/read/pending_checks.hpp"

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
    std::int32_t event; // as pg_trigger.tgtype
    List const *set;    // of an UPDATE: what it sets
    bool certain;       // of a row at least
};

namespace {

// Rows that are written whatever the data are.
bool brings_a_row(InsertStmt const &insert) {
    if (insert.onConflictClause)
        return false;
    auto const *select = insert.selectStmt ? MIG_AS(SelectStmt, insert.selectStmt) : nullptr;
    return !insert.selectStmt || (select && select->valuesLists != NIL && !select->limitCount && !select->limitOffset);
}

// A trigger or a rule may keep the row away.
bool takes_rows_as_they_come(Table const &table) {
    return table.is_table() && !table.has_rules && !(table.before_row_events & TRIGGER_TYPE_INSERT);
}

WithClause const *with_of(Node const *node) {
    switch (nodeTag(node)) {
    case T_InsertStmt:
        return reinterpret_cast<InsertStmt const *>(node)->withClause;
    case T_UpdateStmt:
        return reinterpret_cast<UpdateStmt const *>(node)->withClause;
    case T_DeleteStmt:
        return reinterpret_cast<DeleteStmt const *>(node)->withClause;
    case T_MergeStmt:
        return reinterpret_cast<MergeStmt const *>(node)->withClause;
    case T_SelectStmt:
        return reinterpret_cast<SelectStmt const *>(node)->withClause;
    default:
        return nullptr;
    }
}

std::int32_t event_of(CmdType command) {
    return command == CMD_INSERT   ? TRIGGER_TYPE_INSERT
           : command == CMD_UPDATE ? TRIGGER_TYPE_UPDATE
           : command == CMD_DELETE ? TRIGGER_TYPE_DELETE
                                   : 0;
}

// Calls visit(table's name, event, what an UPDATE sets, whether a row is certain) for each kind of write.
template <class Visit>
void each_write(Node const *node, bool brings_rows, Visit const &visit) {
    if (auto const *insert = MIG_AS(InsertStmt, node)) {
        visit(insert->relation, TRIGGER_TYPE_INSERT, nullptr, brings_a_row(*insert));
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
                  brings_rows && !copy->whereClause && !has_option(copy->options, "header"));
    }
    if (WithClause const *with = with_of(node))
        each<CommonTableExpr>(with->ctes, [&](CommonTableExpr const &one) { each_write(one.ctequery, false, visit); });
}

bool sets_any(List const *set, std::vector<std::string> const &columns) {
    return columns.empty() || any<ResTarget>(set, [&](ResTarget const &one) {
               return one.name && std::find(columns.begin(), columns.end(), one.name) != columns.end();
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
    each_write(node, brings_rows, [&](RangeVar const *name, std::int32_t event, List const *set, bool certain) {
        Table const *const table = name ? world.find(name) : nullptr;
        if (!table)
            return;
        write({*table, event, set, certain && takes_rows_as_they_come(*table)}, world);
        if (!table->is_new)
            written.insert(table);
    });
}

void PendingChecks::set(ConstraintsSetStmt const &statement) {
    if (statement.constraints != NIL) {
        each<RangeVar>(statement.constraints, [&](RangeVar const &one) {
            set({one.schemaname ? one.schemaname : "", one.relname}, statement.deferred);
        });
        return;
    }
    all_deferred_ = statement.deferred;
    named_.clear();
    if (statement.deferred)
        return;
    waiting_.clear(); // checked now
    tables_.clear();
}

void PendingChecks::set(Name const &name, bool deferred) {
    std::vector<Timing> &timings = named_[name.second];
    if (name.first.empty())
        timings.clear();
    timings.push_back({name.first, deferred});
    if (deferred)
        return;
    for (Table const *const table : tables_[name.second]) {
        std::map<Name, Waiting> &checks = waiting_[table];
        for (auto one = checks.begin(); one != checks.end();)
            if (one->first.second == name.second && (name.first.empty() || one->first.first == name.first))
                one = checks.erase(one);
            else
                ++one;
    }
    if (name.first.empty())
        tables_.erase(name.second);
}

bool PendingChecks::waits(DeferrableCheck const &check) const {
    if (auto const named = named_.find(check.name); named != named_.end())
        for (auto one = named->second.rbegin(); one != named->second.rend(); ++one)
            if (one->schema.empty() || one->schema == check.schema)
                return one->deferred;
    return all_deferred_.value_or(check.initially_deferred);
}

void PendingChecks::write(Write const &write, World &world) {
    if (write.table.triggers_disabled)
        return;
    for (DeferrableCheck const &check : write.table.deferrable) {
        if (!(check.events & write.event) || !waits(check) || !still_exists(check, world))
            continue;
        if (write.event == TRIGGER_TYPE_UPDATE && !sets_any(write.set, check.columns))
            continue;
        Waiting &waiting = waiting_[&write.table][{check.schema, check.name}];
        waiting.constraint = check.name;
        waiting.certain = waiting.certain || (write.certain && !check.conditional);
        waiting.unique = check.unique;
        tables_[check.name].insert(&write.table);
    }
}

PendingChecks::Waiting PendingChecks::of(Table const &table) const {
    Waiting surest;
    auto const checks = waiting_.find(&table);
    if (checks == waiting_.end())
        return surest;
    auto const weight = [](Waiting const &one) {
        return one.constraint.empty() ? 0 : one.certain ? 3 : one.unique ? 1 : 2;
    };
    for (auto const &[name, one] : checks->second)
        if (weight(one) > weight(surest))
            surest = one;
    return surest;
}

} // namespace mig::server::lint
