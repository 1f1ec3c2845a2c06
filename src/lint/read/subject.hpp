// The subject of a rule: a statement or a whole migration, with what is known of the statements before and after it.
#pragma once

#include "lint/read/earlier_effects.hpp"
#include "lint/read/lookahead.hpp"
#include "lint/read/writes.hpp"
#include "lint/world/world.hpp"
#include "server/parse/by_catalog.hpp"
#include "server/parse/tree.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server::lint {

// Statements of a migration, without INSERT and COPY, for which no rule looks ahead.
struct Trees {
    Node *const *first, *const *last;
    Node *const *begin() const { return first; }
    Node *const *end() const { return last; }
    bool empty() const { return first == last; }
    Node *front() const { return *first; }
};

// lint/code/executed.hpp
struct Executed;

// A statement, or a migration as a whole (`node` is then null), and the database as it will be when it runs.
struct Subject {
    Node *node; // of a raw parse tree
    std::string_view sql;
    std::size_t index, count;               // of this statement, from 0; of all statements of the migration
    bool in_transaction;                    // shares its transaction with other statements of the migration
    World &world;                           // before this statement; for a migration as a whole: after its last one
    EarlierEffects &earlier_in_transaction; // what earlier statements of this transaction will have done
    EarlierEffects
        &earlier_in_migration; // the same for this migration; for a migration as a whole: of all its statements
    Step const &step;
    Trees all;                  // statements of the migration
    Trees later_in_migration;   // those after this one
    Trees later_in_transaction; // of these, the ones in the same transaction
    Lookahead const &ahead;     // all of them, by what they do
    // Whether the code of a CALL or DO ends its transaction. Kept once a rule has asked, because the answer takes
    // reading the code of every procedure that it calls.
    std::optional<TransactionEnds> mutable transaction_ends = std::nullopt;
    // Of a statement in the code of a DO block or a routine that the statement calls: lint/code/executed.hpp.
    bool in_routine = false, in_loop = false;
    Executed const mutable *opaque = nullptr; // the first dynamic SQL that the statement executes; null: none
    std::optional<std::vector<Write>> mutable writes = std::nullopt; // kept once a rule has asked

    // True the first time that a transaction asks for `key`: for findings that are reported once.
    bool first_time(std::string key) const;
};

// A subcommand of an ALTER TABLE of an existing table.
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
// Only for tables that others may be using: those that exist before the migration and are not temporary.
template <class Visit>
void each_subcommand_of_existing_table(Subject const &subject, Visit const &visit) {
    each_subcommand(subject, [&](Subcommand const &change) {
        Table const &table = change.table;
        if (change.statement.objtype == OBJECT_TABLE && table.is_table() && !table.is_new && !table.temporary)
            visit(change);
    });
}

// Whether a later statement of the migration does it.
template <class Name>
bool done_later(Subject const &subject, Lookahead::Effect effect, Name const &name, std::string const &part = {}) {
    if constexpr (std::is_same_v<Name, Table>)
        return subject.ahead.occurs(subject.later_in_migration.begin(), subject.later_in_migration.end(), effect, name);
    else
        return subject.ahead.occurs(subject.later_in_migration.begin(), subject.later_in_migration.end(), effect,
                                    std::string(name), part);
}
// Whether any statement of the migration does it, this one included.
inline bool done_anywhere(Subject const &subject, Lookahead::Effect effect, Table const &relation) {
    return subject.ahead.occurs(subject.all.begin(), subject.all.end(), effect, relation);
}

} // namespace mig::server::lint
