// What a rule looks at: a statement, or a migration, with what is known of those before and after it.
#pragma once

#include "lint/read/ahead.hpp"
#include "lint/read/migrated.hpp"
#include "lint/world/world.hpp"
#include "server/parse/by_catalog.hpp"
#include "server/parse/tree.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server::lint {

// Statements of a migration, without those that only bring rows: no rule looks for them.
struct Trees {
    Node *const *first, *const *last;
    Node *const *begin() const { return first; }
    Node *const *end() const { return last; }
    bool empty() const { return first == last; }
    Node *front() const { return *first; }
};

// One statement, or a migration as a whole (node is then null), and what the database will be when it runs.
struct Subject {
    Node *node; // as raw_parser() gave it
    std::string_view sql;
    std::size_t index, count; // from 0; of the statements of this migration
    bool in_transaction;      // with other statements of the migration
    World &world;             // before this statement; of a migration as a whole: after its last
    Migrated &migrated;       // what earlier statements of this transaction did
    Migrated &migration;      // what earlier statements of this migration did: for a migration as a whole, all of it
    Step const &step;
    Trees all;          // of the migration
    Trees later;        // of them, those behind this one
    Trees behind;       // of those, the ones in the same transaction
    Ahead const &ahead; // by what they do
    // What the code of a CALL or DO does to its transaction, once a rule has asked: to follow it is to read the code of
    // every procedure that it calls.
    std::optional<TransactionEnds> mutable transaction_ends = std::nullopt;

    // True once per `key` in a transaction: for what is to be said once.
    bool first(std::string key) const;
};

// A subcommand of an ALTER TABLE of a table that is there.
struct Subcommand {
    AlterTableStmt const &statement;
    AlterTableCmd const &command;
    Table &table;
};
template <class Visit>
void each_subcommand(Subject const &subject, Visit const &visit) {
    auto const *statement = MIG_AS(AlterTableStmt, subject.node);
    if (!statement || (statement->objtype != OBJECT_TABLE && statement->objtype != OBJECT_FOREIGN_TABLE))
        return;
    Table *const relation = subject.world.find(statement->relation);
    if (!relation)
        return;
    each<AlterTableCmd>(statement->cmds, [&](AlterTableCmd const &command) {
        visit(Subcommand{*statement, command, *relation});
    });
}
// Of a table that others can be using: it was there before the migration, and is of no session only.
template <class Visit>
void each_subcommand_of_old_table(Subject const &subject, Visit const &visit) {
    each_subcommand(subject, [&](Subcommand const &change) {
        Table const &table = change.table;
        if (change.statement.objtype == OBJECT_TABLE && table.is_table() && !table.is_new && !table.temporary)
            visit(change);
    });
}

// Whether a statement of the same migration behind this one does it.
template <class Name>
bool later(Subject const &subject, Ahead::What what, Name const &name, std::string const &part = {}) {
    if constexpr (std::is_same_v<Name, Table>)
        return subject.ahead.comes(subject.later.begin(), subject.later.end(), what, name);
    else
        return subject.ahead.comes(subject.later.begin(), subject.later.end(), what, std::string(name), part);
}
// In the migration, this one included.
inline bool anywhere(Subject const &subject, Ahead::What what, Table const &relation) {
    return subject.ahead.comes(subject.all.begin(), subject.all.end(), what, relation);
}

} // namespace mig::server::lint
