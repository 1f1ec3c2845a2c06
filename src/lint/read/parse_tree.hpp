// Reading raw parse trees. Nothing here calls into the server.
#pragma once

#include "core/base/interruption.hpp"
#include "server/parse/statement_options.hpp"

#include <algorithm>

extern "C" {
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
}

namespace mig::server::lint {

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
#define MIG_AS(type, node) (::mig::server::lint::as<type>(node, T_##type))

// The names between its dots; the last of them.
std::string dotted(List const *names);
const char *last_name(List const *names);

// Of a function.
bool sets_search_path(List const *options);

// What ALTER TABLE ... ADD CONSTRAINT adds, or null.
inline ::Constraint const *added_constraint(AlterTableCmd const &command) {
    return command.subtype == AT_AddConstraint && command.def && IsA(command.def, Constraint)
               ? reinterpret_cast<::Constraint const *>(command.def)
               : nullptr;
}

} // namespace mig::server::lint
