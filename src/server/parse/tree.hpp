// Reading raw parse trees: walking lists, and casting nodes. Nothing here calls into the server.
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
        check_for_interrupts();
        visit(*static_cast<T *>(lfirst(cell)));
    }
}

template <class T, class Test>
bool any(List const *list, Test const &test) {
    ListCell *cell;
    foreach (cell, list) {
        check_for_interrupts();
        if (test(*static_cast<T *>(lfirst(cell))))
            return true;
    }
    return false;
}

// The node as a T, or null if it is of another type.
template <class T>
T const *as(Node const *node, NodeTag tag) {
    return node && nodeTag(node) == tag ? reinterpret_cast<T const *>(node) : nullptr;
}
#define MIG_AS(type, node) (::mig::server::as<type>(node, T_##type))

// The Strings of a list: the parts of a name, the columns of a key.
std::vector<std::string> strings(List const *names);
// The name with dots between its parts; the last part, or an empty text.
std::string dotted(List const *names);
const char *last_name(List const *names);

// Whether such objects are in pg_class, and ALTER TABLE accepts them.
bool is_relation(ObjectType type);

// The value of a constant that is a string, or null.
const char *string_constant(Node const *node);

// Whether the options of a function set search_path.
bool sets_search_path(List const *options);

// What ALTER TABLE ... ADD CONSTRAINT or ADD COLUMN adds, or null.
inline Constraint const *added_constraint(AlterTableCmd const &command) {
    return command.subtype == AT_AddConstraint ? MIG_AS(Constraint, command.def) : nullptr;
}
inline ColumnDef const *added_column(AlterTableCmd const &command) {
    return command.subtype == AT_AddColumn ? MIG_AS(ColumnDef, command.def) : nullptr;
}

} // namespace mig::server
