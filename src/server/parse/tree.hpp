// Reading raw parse trees: how lists are walked and nodes told apart. Nothing here calls into the server.
#pragma once

#include "bridge/postgres.hpp"
#include "core/base/interruption.hpp"
#include "server/parse/statement_options.hpp"

#include <string>
#include <vector>

extern "C" {
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
}

namespace mig::server {

template <class T, class Visit>
void each(List const *list, Visit const &visit) {
    ListCell *cell;
    foreach (cell, list) {
        look_for_interrupts();
        visit(*static_cast<T *>(lfirst(cell)));
    }
}

template <class T, class Test>
bool any(List const *list, Test const &test) {
    ListCell *cell;
    foreach (cell, list) {
        look_for_interrupts();
        if (test(*static_cast<T *>(lfirst(cell))))
            return true;
    }
    return false;
}

// The statement as a T, or null.
template <class T>
T const *as(Node const *node, NodeTag tag) {
    return node && nodeTag(node) == tag ? reinterpret_cast<T const *>(node) : nullptr;
}
#define MIG_AS(type, node) (::mig::server::as<type>(node, T_##type))

// The Strings of a list: the parts of a name, the columns of a key.
std::vector<std::string> strings(List const *names);
// The parts of a name between dots; the last of them.
std::string dotted(List const *names);
const char *last_name(List const *names);

// What pg_class has and ALTER TABLE goes for.
bool is_relation(ObjectType type);

// The value of a constant that is a string, or null.
const char *string_constant(Node const *node);

// Of a function.
bool sets_search_path(List const *options);

// What ALTER TABLE ... ADD CONSTRAINT adds, and ADD COLUMN; or null.
inline Constraint const *added_constraint(AlterTableCmd const &command) {
    return command.subtype == AT_AddConstraint ? MIG_AS(Constraint, command.def) : nullptr;
}
inline ColumnDef const *added_column(AlterTableCmd const &command) {
    return command.subtype == AT_AddColumn ? MIG_AS(ColumnDef, command.def) : nullptr;
}

} // namespace mig::server
