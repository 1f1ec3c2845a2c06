// What pending statements do to constraints and triggers that can wait for the commit.
#include "lint/world/world_overlay.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_trigger.h"
}

namespace mig::server::lint::overlay {

namespace {

DeferrableCheck check_of(Relation const &relation, std::string const &name, bool initially_deferred) {
    DeferrableCheck check;
    check.schema = relation.schema;
    check.name = name;
    check.initially_deferred = initially_deferred;
    return check;
}

void add_key(Relation &relation, Relation *referenced, Constraint const &key,
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

std::vector<std::string> primary_key(Relation const &relation) {
    for (Constraint const &one : relation.constraints)
        if (one.type == 'p')
            return one.columns;
    return {};
}

bool is_of(DeferrableCheck const &check, Relation const &referencing, std::string const &name) {
    return check.name == name && (check.by == &referencing || (check.by_oid != 0 && check.by_oid == referencing.oid));
}

} // namespace

void add_checks(World &world, Relation &relation, Constraint const &constraint, ::Constraint const &definition) {
    if (constraint.type == 'f') {
        Relation *const referenced = world.find(definition.pktable);
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

void drop_checks(Relation &relation, std::string const &name) {
    auto &all = relation.deferrable;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](DeferrableCheck const &one) {
                                 return one.name == name &&
                                        ((!one.by && one.by_oid == 0) || is_of(one, relation, name));
                             }),
              all.end());
}

void alter_constraint(World &world, Relation &relation, pg::NewDeferrability const &definition) {
    Constraint const *const key = definition.constraint ? relation.constraint(definition.constraint) : nullptr;
    if (!key || key->type != 'f')
        return;
    Relation *const referenced = key->referenced != 0 ? world.find(key->referenced) : nullptr;
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

void add_trigger(Relation &relation, CreateTrigStmt const &trigger) {
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
