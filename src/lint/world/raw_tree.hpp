// Questions to parse trees as raw_parser() gives them.
#pragma once

#include "lint/world/world.hpp"

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint::raw {

// What a statement names that has a name without more.
TypeName type_named(List *names);
// serial, bigserial, smallserial
bool is_serial(TypeName const *type);
// As it is written, but for its modifier; and as the server calls it, character varying(20), when it is known.
std::string type_text(TypeName const *type);
std::string type_text(World &world, TypeName const *type);
// Columns that an expression names, each once.
std::vector<std::string> columns_of(Node *expression);
// Those that it says to be NOT NULL: by its own, or in a chain of AND.
std::vector<std::string> not_null_columns(Node *expression);
// The column that a ColumnRef names; nothing for other nodes.
std::string column_name(Node *node);

} // namespace mig::server::lint::raw
