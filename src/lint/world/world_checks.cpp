// What pending statements do to constraints and triggers that can wait for the commit.
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

// As the server makes the triggers of a foreign key: of INSERT and UPDATE on the referencing table, of DELETE and
// UPDATE on the other. Those are after the fact, and so what can wait.
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
    check.by = &relation;
    referenced->deferrable.push_back(std::move(check));
}

std::vector<std::string> primary_key(Table const &relation) {
    for (TableConstraint const &one : relation.constraints)
        if (one.type == 'p')
            return one.columns;
    return {};
}

bool is_of(DeferrableCheck const &check, Table const &referencing, std::string const &name) {
    return check.name == name && (check.by == &referencing || (check.by_oid != 0 && check.by_oid == referencing.oid));
}

} // namespace

void add_checks(World &world, Table &relation, TableConstraint const &constraint, Constraint const &definition) {
    if (constraint.type == 'f') {
        Table *const referenced = world.find(definition.pktable);
        std::vector<std::string> columns = strings(definition.pk_attrs);
        if (columns.empty() && referenced)
            columns = primary_key(*referenced);
        add_key(relation, referenced, constraint, std::move(columns), definition.initdeferred);
        return;
    }
    DeferrableCheck check = check_of(relation, constraint.name, definition.initdeferred);
    check.events = TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE;
    check.columns = constraint.columns;
    check.unique = check.conditional = true;
    relation.deferrable.push_back(std::move(check));
}

void drop_checks(Table &relation, std::string const &name) {
    auto &all = relation.deferrable;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](DeferrableCheck const &one) {
                                 return one.name == name &&
                                        ((!one.by && one.by_oid == 0) || is_of(one, relation, name));
                             }),
              all.end());
}

void alter_constraint(World &world, Table &relation, pg::NewDeferrability const &definition) {
    TableConstraint const *const key = definition.constraint ? relation.constraint(definition.constraint) : nullptr;
    if (!key || key->type != 'f')
        return;
    Table *const referenced = key->referenced != 0 ? world.find(key->referenced) : nullptr;
    drop_checks(relation, key->name);
    if (referenced) {
        auto &all = referenced->deferrable;
        all.erase(std::remove_if(all.begin(), all.end(),
                                 [&](DeferrableCheck const &one) { return is_of(one, relation, key->name); }),
                  all.end());
    }
    if (definition.deferrable)
        add_key(relation, referenced, *key, {}, definition.initially_deferred);
}

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
