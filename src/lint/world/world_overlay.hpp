// The parts of World::apply(): what a pending statement will have done to the World.
#pragma once

#include "bridge/compat.hpp"
#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"

namespace mig::server::lint::overlay {

// A table that the World does not find is left alone: the statement does nothing (IF EXISTS) or fails.
void alter(World &world, AlterTableStmt const *statement);
void add_column(World &world, Table &table, ColumnDef const &definition);
// `of_column`: the column that a column constraint stands with; null for table constraints.
void add_constraint(World &world, Table &table, Constraint const &definition, const char *of_column = nullptr);
void drop_relation(World &world, Table *relation); // null: there is none
// What DROP ... CASCADE drops with a relation: views, and foreign keys of other tables.
void drop_dependents(World &world, Table const &relation);
// Views that read a column, by its number; 0: that read any column.
void drop_views_of(World &world, Table const &relation, std::int32_t column);
// Not the constraint that it may belong to.
void drop_index(Table &relation, std::string const &name);
void rename_column(Table &relation, const char *from, const char *to);
void move_to_schema(World &world, Table &relation, const char *schema);
// The deferrable checks of tables (Table::deferrable).
void add_checks(World &world, Table &relation, TableConstraint const &constraint, Constraint const &definition);
void drop_checks(Table &relation, std::string const &name);
void alter_constraint(World &world, Table &relation, pg::NewDeferrability const &definition);
// Adds its check if it can be deferred, its events if it can suppress rows.
void add_trigger(Table &relation, CreateTrigStmt const &trigger);

} // namespace mig::server::lint::overlay
