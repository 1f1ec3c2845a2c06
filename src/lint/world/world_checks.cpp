// Effects of pending statements on the checks that can be deferred to the commit.
#include "lint/world/world_overlay.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_trigger.h"
}

namespace mig::server::lint::overlay {

namespace {

DeferrableCheck check_of(Table const &relation, std::string const &name, bool initially_deferred) {
    DeferrableCheck check;
    check.schema = relation.schema;
    check.name = name;
    check.initially_deferred = initially_deferred;
    return check;
}

// The server implements a foreign key by AFTER triggers, which is why its checks can be deferred: on INSERT and UPDATE
// of the referencing table (createForeignKeyCheckTriggers() in tablecmds.c), on DELETE and UPDATE of the referenced one
// (createForeignKeyActionTriggers()).
void add_key(Table &relation, Table *referenced, TableConstraint const &key,
             std::vector<std::string> referenced_columns, bool initially_deferred) {
    DeferrableCheck check = check_of(relation, key.name, initially_deferred);
    check.events = TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE;
    check.columns = key.columns;
    relation.deferrable.push_back(check);
    if (!referenced)
        return;
    check.events = TRIGGER_TYPE_DELETE | TRIGGER_TYPE_UPDATE;
    check.columns = std::move(referenced_columns);
    check.referencing = &relation;
    referenced->deferrable.push_back(std::move(check));
}

// What REFERENCES without columns refers to (transformFkeyGetPrimaryKey()).
std::vector<std::string> primary_key(Table const &relation) {
    for (TableConstraint const &constraint : relation.constraints)
        if (constraint.type == 'p')
            return constraint.columns;
    return {};
}

// Whether the check of a referenced table belongs to the foreign key `name` of `referencing`.
bool is_check_of_key(DeferrableCheck const &check, Table const &referencing, std::string const &name) {
    return check.name == name && (check.referencing == &referencing ||
                                  (check.referencing_oid != 0 && check.referencing_oid == referencing.oid));
}

} // namespace

void add_checks(World &world, Table &relation, TableConstraint const &constraint, Constraint const &definition) {
    if (constraint.type == 'f') {
        Table *const referenced = world.find(definition.pktable);
        std::vector<std::string> columns = strings(definition.pk_attrs);
        if (columns.empty() && referenced) // REFERENCES t, without columns
            columns = primary_key(*referenced);
        add_key(relation, referenced, constraint, std::move(columns), definition.initdeferred);
        return;
    }
    // unique_key_recheck(), queued when an insertion into the index finds a possible duplicate
    DeferrableCheck check = check_of(relation, constraint.name, definition.initdeferred);
    check.events = TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE;
    check.columns = constraint.columns;
    // For an exclusion constraint the server creates the same trigger (index_constraint_create()).
    check.unique = check.conditional = true;
    relation.deferrable.push_back(std::move(check));
}

void drop_checks(Table &relation, std::string const &name) {
    auto &checks = relation.deferrable;
    checks.erase(std::remove_if(checks.begin(), checks.end(),
                                [&](DeferrableCheck const &check) {
                                    bool const own = !check.referencing && check.referencing_oid == 0;
                                    return check.name == name && (own || is_check_of_key(check, relation, name));
                                }),
                 checks.end());
}

// ALTER CONSTRAINT changes the deferrability of foreign keys only (ATExecAlterConstraint()).
void alter_constraint(World &world, Table &relation, pg::NewDeferrability const &definition) {
    TableConstraint const *const key = definition.constraint ? relation.constraint(definition.constraint) : nullptr;
    if (!key || key->type != 'f')
        return;
    Table *const referenced = key->referenced != 0 ? world.find(key->referenced) : nullptr;
    drop_checks(relation, key->name);
    if (referenced) {
        auto &checks = referenced->deferrable;
        checks.erase(
            std::remove_if(checks.begin(), checks.end(),
                           [&](DeferrableCheck const &check) { return is_check_of_key(check, relation, key->name); }),
            checks.end());
    }
    if (definition.deferrable)
        // Which columns it refers to is not kept: empty means that any UPDATE there queues the check, a warning too
        // many at most.
        add_key(relation, referenced, *key, {}, definition.initially_deferred);
}

// A BEFORE ROW trigger may return NULL, by which the row is not written ("Overview of Trigger Behavior"). Of the others
// only constraint triggers can be deferred.
void add_trigger(Table &relation, CreateTrigStmt const &trigger) {
    if (trigger.row && trigger.timing == TRIGGER_TYPE_BEFORE)
        relation.before_row_events |= trigger.events;
    if (!trigger.isconstraint || !trigger.deferrable)
        return;
    DeferrableCheck check = check_of(relation, trigger.trigname, trigger.initdeferred);
    check.events = trigger.events;
    check.columns = strings(trigger.columns);
    check.conditional = trigger.whenClause != nullptr;
    relation.deferrable.push_back(std::move(check));
}

} // namespace mig::server::lint::overlay
