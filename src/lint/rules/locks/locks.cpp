// Locks: what a statement makes others wait for. Rules that depend on the order of statements are in lock_order.cpp.
//
// The modes are those of "Explicit Locking" in PostgreSQL's manual and of each command's page; lint/read/lock_modes.cpp
// has what was measured in pg_locks. Three modes matter here: writes wait for ShareLock and ShareRowExclusiveLock,
// reads too for AccessExclusiveLock. All are held until the transaction ends. Small tables are not reported: the work
// is done before anybody notices. A table that a pending migration creates counts as small (Table::small()).
#include "lint/read/foreign_key_text.hpp"
#include "lint/read/lock_modes.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/partitions_below.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "nodes/value.h"
}

namespace mig::server::lint {

namespace {

// An index of a partitioned table, piece by piece. What follows the name of the table is as it is written.
std::string index_of_partitions(Subject const &subject, IndexStmt const &statement, Table const &table) {
    std::vector<std::string> columns;
    each<IndexElem>(statement.indexParams, [&](IndexElem const &element) {
        if (element.name)
            columns.emplace_back(element.name);
    });
    std::vector<Table *> const parts = partitions_of(subject.world, table);
    std::string const index = statement.idxname ? quoted(statement.idxname) : constraint_name(table, columns, "_idx"),
                      of_part = parts.empty() ? "..." : constraint_name(*parts.front(), columns, "_idx"),
                      part = parts.empty() ? "..." : parts.front()->qualified(),
                      schema = parts.empty() ? "" : quoted(parts.front()->schema) + ".",
                      create = statement.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    std::size_t const begin = subject.sql.find('(', subject.sql.find(statement.relation->relname));
    std::string const on = (std::string(" USING ") + statement.accessMethod + " ") +
                           (begin == std::string_view::npos ? "(...)" : one_line(subject.sql.substr(begin)));
    return "CONCURRENTLY does not work on a partitioned table. " + create + index + " ON ONLY " + table.qualified() +
           on + "; then, for each partition, " + create + "CONCURRENTLY " + of_part + " ON " + part + on +
           ", and ALTER INDEX " + quoted(table.schema) + "." + index + " ATTACH PARTITION " + schema + of_part + ".";
}

// CREATE INDEX takes ShareLock, CONCURRENTLY takes ShareUpdateExclusiveLock, which no write waits for. DefineIndex()
// refuses CONCURRENTLY on a partitioned table. There the index is created ON ONLY the parent, invalid, and becomes
// valid when an index of every partition is attached; so ON ONLY (inh is false) is no finding.
void create_index(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(IndexStmt, subject.node);
    if (!statement)
        return;
    Table *const table = subject.world.find(statement->relation);
    if (statement->concurrent || !table || table->small() || table->temporary || !statement->relation->inh)
        return;
    // It takes the lock, but builds nothing: index_create() returns when it finds the name.
    if (statement->if_not_exists && statement->idxname && table->index(statement->idxname))
        return;
    std::string const hint = table->kind == 'p'
                                 ? index_of_partitions(subject, *statement, *table)
                                 : with_inserted(subject.sql, "INDEX", "CONCURRENTLY") + on_its_own(subject) + ".";
    report.add(table->severity(),
               "CREATE INDEX reads all of " + table->label() +
                   " under ShareLock: every write to it waits until the index is built",
               hint);
}

// RangeVarCallbackForDropRelation() locks the table before the index, in the order in which queries lock them, lest the
// two deadlock: so everybody who uses the table waits, not only those who use the index. CONCURRENTLY is refused for a
// partitioned index (RemoveRelations()), and the index of a constraint cannot be dropped by itself: both are left out.
void drop_index(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != OBJECT_INDEX || statement->concurrent)
        return;
    each<List>(statement->objects, [&](List &names) {
        World::FoundIndex const found = subject.world.find_index(&names);
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

// Planning a query opens and locks every index of its tables (get_relation_info()), so the AccessExclusiveLock on the
// index that is rebuilt stops nearly all reads too: REINDEX in the manual. REINDEX SYSTEM has no concurrent form.
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
                       " while it builds: writes wait, and so do reads, whose planning locks every index",
                   with_inserted(subject.sql, of_index ? "INDEX" : "TABLE", "CONCURRENTLY") + on_its_own(subject) +
                       ".");
        return;
    }
    if (statement->kind == REINDEX_OBJECT_SYSTEM)
        return; // nothing better to suggest
    bool const of_schema = statement->kind == REINDEX_OBJECT_SCHEMA;
    report.add(Severity::warning,
               std::string("REINDEX ") + (of_schema ? "SCHEMA" : "DATABASE") +
                   " takes ShareLock on each table and AccessExclusiveLock on each index while it builds: writes wait",
               with_inserted(subject.sql, of_schema ? "SCHEMA" : "DATABASE", "CONCURRENTLY") + on_its_own(subject) +
                   ".");
}

// CONCURRENTLY fills a temporary table and merges the difference into the view, for which ExclusiveLock is enough. To
// match old rows with new ones it needs a unique index that is_usable_unique_index() accepts: valid, over plain columns
// and over all rows. Without one refresh_by_match_merge() raises an error.
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
    // No on_its_own(): unlike CREATE INDEX CONCURRENTLY, ExecRefreshMatView() does not refuse a transaction block.
    report.add(view->severity(),
               "REFRESH MATERIALIZED VIEW holds AccessExclusiveLock on " + view->label() +
                   " while its query runs: reads of it wait",
               possible ? with_inserted(subject.sql, "VIEW", "CONCURRENTLY") + "."
                        : unique + ", once; then " + with_inserted(subject.sql, "VIEW", "CONCURRENTLY") + ".");
}

// ShareRowExclusiveLock, so that no write is under way that would miss the trigger. The server takes it in
// CreateTriggerFiringOn(). Reads do not wait for it, and the work is a row in pg_trigger: an info.
void create_trigger(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateTrigStmt, subject.node);
    Table const *const table = statement ? subject.world.find(statement->relation) : nullptr;
    if (!table || table->small() || !table->is_table())
        return;
    report.add(Severity::info,
               "CREATE TRIGGER takes ShareRowExclusiveLock on " + table->label() + ": writes to it wait until commit",
               "Nothing that takes long after it in the same transaction, and a short migrator.lock_timeout.");
}

// Whether a trigger is enabled is a column of the catalog, pg_trigger.tgenabled, and so the same for every session once
// it is committed. ALL includes the internal triggers that check foreign keys. Until the commit ShareRowExclusiveLock
// keeps others from writing, so a trigger that is enabled again in the same transaction is off for nobody else.
void disable_trigger(Subject const &subject, Report &report) {
    each_subcommand_of_existing_table(subject, [&](Subcommand const &change) {
        Table &table = change.table;
        AlterTableCmd const *const command = &change.command;
        if (command->subtype != AT_DisableTrig && command->subtype != AT_DisableTrigAll &&
            command->subtype != AT_DisableTrigUser)
            return;
        bool const enabled_again =
            subject.ahead.occurs(subject.later_in_transaction.begin(), subject.later_in_transaction.end(),
                                 Lookahead::Effect::enabled_triggers, table);
        if (enabled_again && table.small())
            return;
        std::string const enable = "ALTER TABLE " + table.qualified() + " ENABLE TRIGGER " +
                                   (command->subtype == AT_DisableTrigAll    ? "ALL"
                                    : command->subtype == AT_DisableTrigUser ? "USER"
                                                                             : quoted(command->name));
        if (enabled_again)
            report.add(Severity::info,
                       "DISABLE TRIGGER takes ShareRowExclusiveLock on " + table.label() +
                           ": writes of others wait until commit",
                       "Nothing that takes long between it and the commit.");
        else
            report.add(Severity::warning,
                       "DISABLE TRIGGER is for every session, and nothing after it in this transaction enables it "
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

// A foreign key is a pair of triggers on each table, so adding one takes the lock of CREATE TRIGGER on the referenced
// table as well (ATAddForeignKeyConstraint()). Reported once per table and transaction.
void report_referenced(Subject const &subject, Report &report, std::string const &what, std::string const &table,
                       std::vector<std::string> const &columns, Constraint const &constraint) {
    if (constraint.contype != CONSTR_FOREIGN)
        return;
    Table const *const other = subject.world.find(constraint.pktable);
    if (!other || other->small() || other->temporary || !subject.first_time("referenced " + other->qualified()))
        return;
    report.add(Severity::info,
               what + " REFERENCES " + other->label() +
                   " and takes ShareRowExclusiveLock on that table, for a moment: writes to it wait until commit",
               "Leave out the reference here; then, in a migration of its own that does nothing else, ALTER TABLE " +
                   table + " ADD " +
                   (constraint.conname ? "CONSTRAINT " + quoted(constraint.conname) + " " : std::string()) +
                   foreign_key_text(constraint, columns, other) + ".");
}

// In the raw parse tree of a CREATE TABLE constraints are among the table's elements or belong to a column; parse
// analysis is what moves them to CreateStmt.constraints.
void references_locks_other_table(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateStmt, subject.node);
    if (!statement)
        return;
    std::string const name = quoted(statement->relation->relname), what = "CREATE TABLE " + name,
                      table = quoted(subject.world.schema_for(statement->relation)) + "." + name;
    auto const check = [&](Constraint const &constraint) {
        report_referenced(subject, report, what, table, strings(constraint.fk_attrs), constraint);
    };
    each<Node>(statement->tableElts, [&](Node const &element) {
        if (auto const *constraint = MIG_AS(Constraint, &element))
            check(*constraint);
        else if (auto const *column = MIG_AS(ColumnDef, &element))
            each<Constraint>(column->constraints, [&](Constraint const &key) {
                report_referenced(subject, report, what, table, {column->colname}, key);
            });
    });
    each<Constraint>(statement->constraints, check);
}

// The same for ALTER TABLE, where no rule about scans reports the lock: the altered table is small, so that validating
// is quick. An ALTER TABLE that is alone in its transaction is what the hint recommends, and no finding.
void foreign_key_locks_other_table(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(AlterTableStmt, subject.node);
    Table const *const table = statement && subject.in_transaction ? subject.world.find(statement->relation) : nullptr;
    if (!table)
        return;
    std::string const what = "ALTER TABLE " + quoted(table->name), name = table->qualified();
    each<AlterTableCmd>(statement->cmds, [&](AlterTableCmd const &command) {
        if (Constraint const *const added = added_constraint(command)) {
            // A larger table is reported by add_foreign_key() (scans.cpp); NOT VALID was chosen to keep the lock short.
            if (table->small() && !added->skip_validation)
                report_referenced(subject, report, what, name, strings(added->fk_attrs), *added);
        } else if (ColumnDef const *const column = added_column(command)) {
            each<Constraint>(column->constraints, [&](Constraint const &constraint) {
                report_referenced(subject, report, what, name, {column->colname}, constraint);
            });
        }
    });
}

// There is no UNLOCK TABLE: the lock ends with the transaction. The weaker modes stop neither reads nor writes.
void lock_table(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(LockStmt, subject.node);
    if (!statement || statement->mode < ShareLock)
        return;
    each<RangeVar>(statement->relations, [&](RangeVar const &name) {
        Table const *const table = subject.world.find(&name);
        if (!table || table->is_new || table->temporary)
            return;
        report.add(table->small() ? Severity::info : Severity::warning,
                   "LOCK TABLE takes " + std::string(lock_mode_name(statement->mode)) + " on " + table->label() + ": " +
                       blocked_by(statement->mode) + " of others wait until commit",
                   "Leave it out where the statements after it take the locks that they need; where it prevents a "
                   "deadlock, set a short migrator.lock_timeout, and do nothing that takes long after it.");
    });
}

constexpr Rule entries[] = {
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

Rules lock_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
