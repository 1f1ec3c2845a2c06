// Rules: very many rows written by one statement.
//
// An UPDATE or DELETE locks each row that it changes until its transaction ends, so that others who write the same rows
// wait, and leaves the old version as a dead row, which VACUUM cannot remove before that. Nothing is executed to count
// the rows: the estimate is the planner's (lint/read/writes.hpp).
#include "lint/read/wording.hpp"
#include "lint/read/writes.hpp"
#include "lint/rules/rules.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <cstring>

namespace mig::server::lint {

// Kept for all rules, as estimating may take planning.
std::vector<Write> const &writes_of(Subject const &subject) {
    if (!subject.writes) {
        WriteContext context;
        context.has_variables = subject.in_routine;
        Statement const &statement = subject.step.statements[subject.index];
        std::string_view const data =
            std::string_view(subject.step.body).substr(statement.data_begin, statement.data_end - statement.data_begin);
        if (!subject.in_routine && IsA(subject.node, CopyStmt))
            context.copied_rows = static_cast<double>(std::count(data.begin(), data.end(), '\n'));
        subject.writes = lint::writes_of(subject.world, subject.node, context);
    }
    return *subject.writes;
}

namespace {

// Writing 10,000 rows takes from a tenth of a second to a second, a million rows take minutes.
constexpr double many = 10'000, very_many = 1e6;

Severity severity(double rows) { return rows < very_many ? Severity::warning : Severity::error; }

// What batches can be selected by: the primary key if it is one column, else the physical position of the row.
std::string key_of(Table const &relation) {
    for (TableIndex const &index : relation.indexes)
        if (index.primary && index.columns.size() == 1)
            return quoted(index.columns.front());
    return "ctid";
}

// A lock of this transaction that makes reads or writes of others wait while the rows are written.
HeldLocks::Lock const *held(Subject const &subject) {
    return subject.in_transaction ? subject.earlier_in_transaction.strong_locks.first_held() : nullptr;
}

// An UPDATE, a DELETE, or an INSERT that updates what is there.
void unbatched_change(Write const &write, Report &report) {
    std::string const table = write.relation->qualified(), key = key_of(*write.relation);
    std::string const batch = key == "ctid" ? "ctid = ANY (ARRAY(SELECT ctid FROM " + table + " WHERE ... LIMIT 5000))"
                                            : key + " IN (SELECT " + key + " FROM " + table + " WHERE ... LIMIT 5000)";
    bool const all = !write.restricted && std::strcmp(write.command, "INSERT ... ON CONFLICT DO UPDATE") != 0;
    report.add(
        write.guessed ? Severity::warning : severity(write.rows),
        std::string(write.command) +
            (write.guessed ? " of up to "
             : all         ? " without WHERE of "
                           : " of about ") +
            counted(write.rows, "row") + " of " + write.relation->label() +
            " in one statement: they stay locked until it commits, and leave as many dead rows" +
            (write.guessed ? "; how many they are is not known, as there are no statistics" : ""),
        (write.guessed ? "ANALYZE " + table + ", so that lint() can tell how many they are. For many: in" : "In") +
            std::string(" a migration with `-- migrator: no-transaction`, by a procedure that commits every few "
                        "thousand rows: ... WHERE ") +
            batch + ".");
}

// Nobody waits for rows that are only added, so this is never more than a warning. Into a new table it is what CREATE
// TABLE AS does (create-table-as-from-big-table).
void unbatched_addition(Write const &write, Report &report) {
    if (write.relation->is_new && write.rows < very_many)
        return;
    report.add(Severity::warning,
               std::string(write.command) + (write.guessed ? " adds up to " : " adds about ") +
                   counted(write.rows, "row") + " to " + write.relation->label() +
                   " in one transaction, which writes the WAL for all of them at once and holds back VACUUM meanwhile" +
                   (write.guessed ? "; how many they are is not known, as the source has no statistics" : ""),
               "In a migration with `-- migrator: no-transaction`, by a procedure that commits every few thousand "
               "rows.");
}

} // namespace

// Where the transaction holds a strong lock on a table, backfill_with_ddl() reports the write instead. A write that a
// loop repeats for the values of a variable is taken for a batch.
void unbatched_write(Subject const &subject, Report &report) {
    if (held(subject))
        return;
    for (Write const &write : writes_of(subject)) {
        if (!write.relation || write.relation->temporary || write.rows < many ||
            (subject.in_loop && write.of_variables))
            continue;
        if (write.changes)
            unbatched_change(write, report);
        else
            unbatched_addition(write, report);
    }
}

// ALTER TABLE ... ADD COLUMN and the UPDATE that fills it, in one transaction: the lock that ALTER TABLE needs for a
// moment is kept while the rows are written. Rows of an INSERT count too.
void backfill_with_ddl(Subject const &subject, Report &report) {
    HeldLocks::Lock const *const lock = held(subject);
    if (!lock)
        return;
    for (Write const &write : writes_of(subject)) {
        if (write.rows < many && !write.unknown)
            continue;
        std::string const command = write.command;
        report.add(write.unknown || write.guessed ? Severity::warning : severity(write.rows),
                   std::string(lock->exclusive ? "reads and writes" : "writes") + " of " + lock->relation->qualified() +
                       " wait while " + command + " writes " +
                       (write.unknown   ? "as many rows as the file has"
                        : write.guessed ? "up to " + counted(write.rows, "row")
                                        : "about " + counted(write.rows, "row")) +
                       (write.relation && !write.relation->is_new ? " of " + write.relation->label() : "") + ": " +
                       lock->command + " keeps it locked until the transaction ends",
                   "Put the " + command +
                       " into a later migration of its own, in batches, and run both with CALL "
                       "migrator.apply_each(): the lock of " +
                       lock->command + " is then gone before the first row is written.");
    }
}

} // namespace mig::server::lint
