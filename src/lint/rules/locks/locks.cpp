// Locks: what a statement makes others wait for. Those that follow from the order of statements are in lock_order.cpp.
#include "lint/read/lock_modes.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "nodes/value.h"
}

namespace mig::server::lint {

namespace {

// CONCURRENTLY is refused on a partitioned table (DefineIndex()). There the index of the parent is made ON ONLY it,
// invalid, and becomes valid when an index of every partition is attached.
void create_index(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(IndexStmt, subject.node);
    if (!statement)
        return;
    Table *const table = subject.world.find(statement->relation);
    if (statement->concurrent || !table || table->small() || table->temporary || !statement->relation->inh)
        return;
    if (statement->if_not_exists && statement->idxname && table->index(statement->idxname))
        return;
    std::string const name = statement->idxname ? quoted(statement->idxname) : "the_index";
    std::string const hint = table->kind == 'p'
                                 ? "CONCURRENTLY does not work on a partitioned table. CREATE INDEX " + name +
                                       " ON ONLY " + table->qualified() +
                                       " (...), then CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX " +
                                       name + " ATTACH PARTITION for each of them."
                                 : with_behind(subject.sql, "INDEX", "CONCURRENTLY") + on_its_own(subject) + ".";
    report.add(table->severity(),
               "CREATE INDEX reads all of " + table->label() +
                   " under ShareLock: every write to it waits until the index is built",
               hint);
}

// The server locks the table before the index, as queries do, so that the two never wait for each other.
void drop_index(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != OBJECT_INDEX || statement->concurrent)
        return;
    each<List>(statement->objects, [&](List &names) {
        World::OfIndex const found = subject.world.find_index(&names);
        if (!found || found.index->is_new || found.table->small() || found.table->kind == 'p' ||
            found.index->of_constraint)
            return;
        report.add(Severity::warning,
                   "DROP INDEX takes AccessExclusiveLock on " + found.table->label() +
                       ", for a moment: reads and writes queue behind it while it waits for whoever uses the table",
                   "DROP INDEX CONCURRENTLY " + quoted(found.table->schema) + "." + quoted(found.index->name) +
                       on_its_own(subject) + ".");
    });
}

// Whoever plans a query of the table opens all of its indexes: so the lock on one that is built holds off reads too.
void reindex(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(ReindexStmt, subject.node);
    if (!statement)
        return;
    if (has_option(statement->params, "concurrently"))
        return;
    if (statement->kind == REINDEX_OBJECT_INDEX || statement->kind == REINDEX_OBJECT_TABLE) {
        bool const of_index = statement->kind == REINDEX_OBJECT_INDEX;
        Table const *const table =
            of_index ? subject.world.find_index(statement->relation).table : subject.world.find(statement->relation);
        if (!table || table->small())
            return;
        report.add(table->severity(),
                   "REINDEX holds ShareLock on " + table->label() + " and AccessExclusiveLock on " +
                       (of_index ? "the index" : "its indexes, one after the other,") +
                       " while it builds: writes wait, and reads that plan with the index",
                   with_behind(subject.sql, of_index ? "INDEX" : "TABLE", "CONCURRENTLY") + on_its_own(subject) + ".");
        return;
    }
    if (statement->kind == REINDEX_OBJECT_SYSTEM)
        return; // there is no other way
    bool const of_schema = statement->kind == REINDEX_OBJECT_SCHEMA;
    report.add(Severity::warning,
               std::string("REINDEX ") + (of_schema ? "SCHEMA" : "DATABASE") +
                   " takes ShareLock on each table and AccessExclusiveLock on each index while it builds: writes wait",
               with_behind(subject.sql, of_schema ? "SCHEMA" : "DATABASE", "CONCURRENTLY") + on_its_own(subject) + ".");
}

// CONCURRENTLY compares the old rows with the new ones, by a unique index as is_usable_unique_index() of the server
// wants it: valid, of plain columns, of all rows.
void refresh(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(RefreshMatViewStmt, subject.node);
    if (!statement)
        return;
    Table *const view = subject.world.find(statement->relation);
    if (!view || view->kind != 'm')
        return;
    auto const usable = [](TableIndex const &index) {
        return index.unique && index.valid && !index.partial && !index.of_expressions;
    };
    bool const possible = std::any_of(view->indexes.begin(), view->indexes.end(), usable);
    std::string const unique =
        "CREATE UNIQUE INDEX ON " + view->qualified() + " (...) over columns that tell its rows apart, without WHERE";
    if (statement->concurrent) {
        if (!possible)
            report.add(Severity::error,
                       "REFRESH MATERIALIZED VIEW CONCURRENTLY fails: " + view->qualified() +
                           " has no unique index over plain columns of all its rows",
                       unique + ", before it.");
        return;
    }
    if (view->small() || statement->skipData)
        return;
    report.add(view->severity(),
               "REFRESH MATERIALIZED VIEW holds AccessExclusiveLock on " + view->label() +
                   " while its query runs: reads of it wait",
               possible ? with_behind(subject.sql, "VIEW", "CONCURRENTLY") + "."
                        : unique + ", once; then " + with_behind(subject.sql, "VIEW", "CONCURRENTLY") + ".");
}

void create_trigger(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateTrigStmt, subject.node);
    Table const *const table = statement ? subject.world.find(statement->relation) : nullptr;
    if (!table || table->small() || !table->is_table())
        return;
    report.add(Severity::info,
               "CREATE TRIGGER takes ShareRowExclusiveLock on " + table->label() + ": writes to it wait until commit",
               "Nothing that takes long behind it in the same transaction, and a short migrator.lock_timeout.");
}

// Whether a trigger is enabled stands in pg_trigger: for every session, from the commit on. ALL are the triggers of
// foreign keys as well.
void disable_trigger(Subject const &subject, Report &report) {
    each_subcommand_of_old_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_DisableTrig && command->subtype != AT_DisableTrigAll &&
            command->subtype != AT_DisableTrigUser)
            return;
        bool const again =
            subject.ahead.comes(subject.behind.begin(), subject.behind.end(), Ahead::What::enabled_triggers, table);
        if (again && table.small())
            return;
        std::string const enable = "ALTER TABLE " + table.qualified() + " ENABLE TRIGGER " +
                                   (command->subtype == AT_DisableTrigAll    ? "ALL"
                                    : command->subtype == AT_DisableTrigUser ? "USER"
                                                                             : quoted(command->name));
        if (again)
            report.add(Severity::info,
                       "DISABLE TRIGGER takes ShareRowExclusiveLock on " + table.label() +
                           ": writes of others wait until commit",
                       "Nothing that takes long between it and the commit.");
        else
            report.add(Severity::warning,
                       "DISABLE TRIGGER is for every session, and nothing behind it in this transaction enables it "
                       "again: " +
                           std::string(command->subtype == AT_DisableTrigAll ? "foreign keys of "
                                                                             : "what the trigger keeps in order for ") +
                           table.label() +
                           (command->subtype == AT_DisableTrigAll ? " are not checked either" : " is not"),
                       enable + " in the same transaction; SET LOCAL session_replication_role = replica is for one "
                                "session only.");
    });
}

// --- the other table ------------------------------------------------------------------------------------------------

// A foreign key is triggers on both tables, and CREATE TRIGGER takes ShareRowExclusiveLock.
void report_referenced(Subject const &subject, Report &report, Severity severity, std::string const &what,
                       Constraint const &constraint) {
    if (constraint.contype != CONSTR_FOREIGN)
        return;
    Table const *const other = subject.world.find(constraint.pktable);
    if (!other || other->small() || other->temporary || !subject.first("referenced " + other->qualified()))
        return;
    report.add(severity,
               what + " REFERENCES " + other->label() +
                   " and takes ShareRowExclusiveLock on that table: writes to it wait until commit",
               "Make the table first, without the reference; then, in a migration of its own that does nothing else, "
               "ALTER TABLE ... ADD FOREIGN KEY ... REFERENCES " +
                   other->qualified() + " with a short migrator.lock_timeout.");
}

void references_locks_other_table(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateStmt, subject.node);
    if (!statement)
        return;
    std::string const what = "CREATE TABLE " + quoted(statement->relation->relname);
    auto const look = [&](Constraint const &constraint) {
        report_referenced(subject, report, Severity::warning, what, constraint);
    };
    each<Node>(statement->tableElts, [&](Node const &element) {
        if (auto const *constraint = MIG_AS(Constraint, &element))
            look(*constraint);
        else if (auto const *column = MIG_AS(ColumnDef, &element))
            each<Constraint>(column->constraints, look);
    });
    each<Constraint>(statement->constraints, look);
}

// The same out of an ALTER TABLE that does not read its own table, whatever that is. Nothing when it stands alone: that
// is what the hint says.
void foreign_key_locks_other_table(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(AlterTableStmt, subject.node);
    Table const *const table = statement && subject.in_transaction ? subject.world.find(statement->relation) : nullptr;
    if (!table)
        return;
    Severity const severity = table->is_new ? Severity::warning : Severity::info;
    std::string const what = "ALTER TABLE " + quoted(table->name);
    auto const look = [&](Constraint const &constraint) {
        report_referenced(subject, report, severity, what, constraint);
    };
    each<AlterTableCmd>(statement->cmds, [&](AlterTableCmd const &command) {
        if (Constraint const *const added = added_constraint(command)) {
            if (table->small() && !added->skip_validation) // else it is reported with its scan, or chosen so
                look(*added);
        } else if (ColumnDef const *const column = added_column(command)) {
            each<Constraint>(column->constraints, look);
        }
    });
}

// There is no UNLOCK: the lock ends with the transaction.
void lock_table(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(LockStmt, subject.node);
    if (!statement || statement->mode < ShareLock)
        return;
    each<RangeVar>(statement->relations, [&](RangeVar const &name) {
        Table const *const table = subject.world.find(&name);
        if (!table || table->is_new || table->temporary)
            return;
        report.add(table->small() ? Severity::info : Severity::warning,
                   "LOCK TABLE takes " + std::string(word(statement->mode)) + " on " + table->label() + ": " +
                       blocked_by(statement->mode) + " of others wait until commit",
                   "Leave it out where the statements behind it take the locks that they need; where it keeps a "
                   "deadlock away, a short migrator.lock_timeout, and nothing that takes long behind it.");
    });
}

constexpr Rule table[] = {
    {"create-index-without-concurrently", "writes wait until the index is built", create_index},
    {"drop-index-without-concurrently", "everybody queues behind AccessExclusiveLock on the table", drop_index},
    {"reindex-without-concurrently", "writes wait until the indexes are built", reindex},
    {"refresh-without-concurrently", "reads of the materialized view wait, or the concurrent refresh fails", refresh},
    {"create-trigger-blocks-writes", "writes wait until commit", create_trigger},
    {"disable-trigger", "triggers, or foreign keys, are off for everybody", disable_trigger},
    {"references-locks-other-table", "writes to the referenced table wait until commit", references_locks_other_table},
    {"foreign-key-locks-other-table", "writes to the referenced table wait until commit",
     foreign_key_locks_other_table},
    {"lock-table", "an explicit lock makes others wait until commit", lock_table},
};

} // namespace

Rules lock_rules() noexcept { return {std::begin(table), std::end(table)}; }

} // namespace mig::server::lint
