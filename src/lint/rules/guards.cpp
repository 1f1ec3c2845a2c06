// Rules: constraints and indexes that guard the data or serve queries, and are dropped.
//
// Besides keeping bad rows out, a unique index serves INSERT ... ON CONFLICT (columns): the planner infers the arbiter
// from exactly these columns (infer_arbiter_indexes()) and raises an error when no unique index matches. Statements of
// clients fail at once then. What identifies the rows of a published table is left to replication.cpp.
#include "lint/read/dependents.hpp"
#include "lint/read/replica_identity.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

namespace mig::server::lint {

namespace {

// ALTER TABLE ... DROP CONSTRAINT a, ADD CONSTRAINT a ... replaces a definition: no finding.
bool adds_constraint(AlterTableStmt const &statement) {
    return any<AlterTableCmd>(statement.cmds,
                              [](AlterTableCmd const &command) { return command.subtype == AT_AddConstraint; });
}

bool added_again_later(Subject const &subject, Table const &relation, std::string_view constraint) {
    return done_later(subject, Lookahead::Effect::constraint, relation.name, std::string(constraint));
}

// Begins with the columns of the other, in the same order, and so can serve the queries that the other serves.
bool covers(TableIndex const &index, TableIndex const &other) {
    return index.valid && !index.partial && !index.of_expressions && index.columns.size() >= other.columns.size() &&
           std::equal(other.columns.begin(), other.columns.end(), index.columns.begin());
}

} // namespace

// Foreign keys depend on the unique or primary key that they refer to, so that a DROP without CASCADE fails. Only keys
// take an index with them; of the other constraints only future rows are at risk.
void drop_constraint(Subject const &subject, Report &report) {
    std::optional<bool> adds_another;
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_DropConstraint || change.table.is_new)
            return;
        TableConstraint const *const constraint = change.table.constraint(change.command.name);
        if (!adds_another)
            adds_another = adds_constraint(change.statement);
        if (!constraint || constraint->is_new || *adds_another ||
            added_again_later(subject, change.table, constraint->name) ||
            identifies_published_rows(change.table, *constraint))
            return;
        std::string const name = quoted(constraint->name), table = change.table.label();
        std::string const columns = quoted_list(constraint->columns);
        bool const key = constraint->type == 'p' || constraint->type == 'u';
        std::vector<std::string> const in_the_way =
            key ? dependent_names(dependents(subject.world, constraint_object(change.table, constraint->name)), true)
                : std::vector<std::string>();
        if (!in_the_way.empty() && change.command.behavior != DROP_CASCADE)
            report.add(Severity::error,
                       "DROP CONSTRAINT fails: " + listed(in_the_way) +
                           (in_the_way.size() == 1 ? " depends on " : " depend on ") + name,
                       "Drop " + listed(in_the_way) + " before it.");
        else if (key)
            report.add(Severity::warning,
                       "duplicates of (" + columns + ") can enter " + table + ", and ON CONFLICT (" + columns +
                           ") of clients fails, once " + name + " is gone; its index goes too",
                       "Create the new one first: CREATE UNIQUE INDEX CONCURRENTLY ... ON " + change.table.qualified() +
                           " (" + columns + ").");
        else if (constraint->type == 'f' || constraint->type == 'c' || constraint->type == 'x')
            report.add(Severity::info,
                       std::string(constraint->type == 'f'   ? "rows that refer to nothing"
                                   : constraint->type == 'c' ? "rows that break it"
                                                             : "overlapping rows") +
                           " can enter " + table + " once " + name + " is gone",
                       "To restore it: ADD CONSTRAINT " + name + " ... NOT VALID, then VALIDATE CONSTRAINT " + name +
                           ".");
    });
}

// Nothing fails at once: clients meet the first NULL when somebody writes it.
void drop_not_null(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_DropNotNull || change.table.is_new)
            return;
        Column const *const column = change.table.column(change.command.name);
        if (column && column->not_null && !column->is_new)
            report.add(Severity::info,
                       "NULL can enter column " + quoted(column->name) + " of " + change.table.label() +
                           ", and reaches clients that have never seen one",
                       "Deploy clients that can read NULL first.");
    });
}

// pg_stat_all_indexes.idx_scan counts scans since the statistics were reset. A unique index does its work without being
// scanned, so it is reported whatever the count. The index of a constraint can only be dropped with the constraint.
// Each standby counts its own scans, so an index that only queries there use looks unused from here.
void drop_used_index(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != OBJECT_INDEX)
        return;
    each<List>(statement->objects, [&](List &object) {
        World::FoundIndex const found = subject.world.find_index(&object);
        if (!found || found.table->is_new || found.index->is_new ||
            identifies_published_rows(*found.table, *found.index)) // replica_identity_lost() reports it
            return;
        TableIndex const &index = *found.index;
        Table &table = *found.table;
        std::string const name = quoted(table.schema) + "." + quoted(index.name);
        if (index.of_constraint || index.primary) {
            report.add(Severity::error,
                       "DROP INDEX fails: the constraint " + quoted(index.name) + " of " + table.qualified() +
                           " needs it",
                       "ALTER TABLE " + table.qualified() + " DROP CONSTRAINT " + quoted(index.name) + ".");
            return;
        }
        bool covered = false, unique = false;
        for (TableIndex const &other : table.indexes)
            if (other.name != index.name && covers(other, index)) {
                covered = true;
                unique = unique || (other.unique && other.columns.size() == index.columns.size());
            }
        // Whether a later index replaces this one depends on queries that nobody knows here: any on the same table
        // counts.
        if (done_later(subject, Lookahead::Effect::index, table.name))
            return;
        std::string const columns = quoted_list(index.columns);
        // Not of an invalid index, which a failed CONCURRENTLY has left: to drop it is what "Building Indexes
        // Concurrently" in the manual asks for.
        if (index.unique && index.valid && !unique)
            report.add(Severity::warning,
                       "duplicates of (" + columns + ") can enter " + table.label() + ", and ON CONFLICT (" + columns +
                           ") of clients fails, once the unique index " + name + " is gone",
                       "Create the index that replaces it first: CREATE UNIQUE INDEX CONCURRENTLY.");
        else if (index.scans > 0 && index.valid && !table.small() && !covered)
            report.add(Severity::warning,
                       "queries used index " + name + " of " + table.label() + " " +
                           counted(static_cast<double>(index.scans), "time") +
                           " since the statistics were reset; no other index serves them",
                       "See what uses it (pg_stat_statements), and create the index that replaces it first.");
    });
}

} // namespace mig::server::lint
