// Reading raw parse trees. Nothing here calls into the server.
#pragma once

#include "core/interruption.hpp"
#include "server/lint/rule.hpp"
#include "server/statement_options.hpp"

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

// Every subcommand of an ALTER TABLE of a table that is there.
struct Alteration {
    AlterTableStmt const &statement;
    AlterTableCmd const &command;
    Relation &relation;
};
template <class Visit>
void each_alteration(Subject const &subject, Visit const &visit) {
    auto const *statement = MIG_AS(AlterTableStmt, subject.node);
    if (!statement || (statement->objtype != OBJECT_TABLE && statement->objtype != OBJECT_FOREIGN_TABLE))
        return;
    Relation *const relation = subject.world.find(statement->relation);
    if (!relation)
        return;
    each<AlterTableCmd>(statement->cmds, [&](AlterTableCmd const &command) {
        visit(Alteration{*statement, command, *relation});
    });
}

// Whether a statement of the same migration behind this one does it.
template <class Name>
bool later(Subject const &subject, Ahead::What what, Name const &name, std::string const &part = {}) {
    if constexpr (std::is_same_v<Name, Relation>)
        return subject.ahead.comes(subject.later.begin(), subject.later.end(), what, name);
    else
        return subject.ahead.comes(subject.later.begin(), subject.later.end(), what, std::string(name), part);
}
// In the migration, this one included.
inline bool anywhere(Subject const &subject, Ahead::What what, Relation const &relation) {
    return subject.ahead.comes(subject.all.begin(), subject.all.end(), what, relation);
}

} // namespace mig::server::lint
