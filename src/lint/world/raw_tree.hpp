// Questions about raw parse trees, before parse analysis.
#pragma once

#include "lint/world/world.hpp"

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint::raw {

// The TypeName of a bare, possibly qualified name, for statements that carry only the list of its parts. It shares the
// list.
TypeName make_type_name(List *names);
// serial, bigserial, smallserial
bool is_serial(TypeName const *type);
// As it is written, without its modifier. With a World: as the server prints it, character varying(20), if it is known.
std::string type_text(TypeName const *type);
std::string type_text(World &world, TypeName const *type);
// The columns that an expression refers to, each once.
std::vector<std::string> columns_of(Node *expression);
// The columns that are not null wherever the expression is true: `c IS NOT NULL`, alone or as an operand of AND.
std::vector<std::string> not_null_columns(Node *expression);
// The name of the column that a ColumnRef refers to; empty for other nodes.
std::string column_name(Node *node);

} // namespace mig::server::lint::raw
