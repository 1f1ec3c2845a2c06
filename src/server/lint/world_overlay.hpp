// The parts of World::apply().
#pragma once

#include "server/lint/world_contents.hpp"

namespace mig::server::lint::overlay {

void alter(World &world, AlterTableStmt const *statement);
void add_column(World &world, Relation &relation, ColumnDef *definition);
void add_constraint(World &world, Relation &relation, ::Constraint const *definition, const char *column = nullptr);
void drop_index(Relation &relation, std::string const &name);
void rename_column(Relation &relation, const char *from, const char *to);
void move(World &world, Relation &relation, const char *schema);

} // namespace mig::server::lint::overlay
