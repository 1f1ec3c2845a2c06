// Rules: very many rows written by one statement.
//
// An UPDATE or DELETE locks each row that it changes until its transaction ends, so that others who write the same rows
// wait, and leaves the old version as a dead row, which VACUUM cannot remove before that. Nothing is executed to count
// the rows: the estimate comes from the planner's statistics (lint/read/selectivity.hpp).
#include "lint/read/selectivity.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "server/parse/tree.hpp"

namespace mig::server::lint {

namespace {

// Writing 10,000 rows takes from a tenth of a second to a second, a million rows take minutes.
constexpr double many = 10'000, very_many = 1e6;

struct Write {
    const char *command = nullptr;
    Table *relation = nullptr; // null: new or unknown
    double rows = 0;
    bool changes = false; // existing rows, rather than only adding new ones
    Node *where = nullptr;
};

// UPDATE and DELETE by their WHERE, MERGE by its source, INSERT by what its SELECT reads; VALUES are few by nature.
Write write_of(Subject const &subject) {
    World &world = subject.world;
    if (auto const *update = MIG_AS(UpdateStmt, subject.node)) {
        Table *const relation = world.find(update->relation);
        if (relation && !relation->is_new)
            return {"UPDATE", relation, estimated_rows(world, *relation, update->whereClause, update->fromClause), true,
                    update->whereClause};
    } else if (auto const *removal = MIG_AS(DeleteStmt, subject.node)) {
        Table *const relation = world.find(removal->relation);
        if (relation && !relation->is_new)
            return {"DELETE", relation, estimated_rows(world, *relation, removal->whereClause, removal->usingClause),
                    true, removal->whereClause};
    } else if (auto const *insert = MIG_AS(InsertStmt, subject.node)) {
        Table *const relation = world.find(insert->relation);
        if (auto const *select = insert->selectStmt ? MIG_AS(SelectStmt, insert->selectStmt) : nullptr)
            return {"INSERT", relation, estimated_rows(world, *select), false, nullptr};
    } else if (auto const *merge = MIG_AS(MergeStmt, subject.node)) {
        Table *const relation = world.find(merge->relation);
        if (relation && !relation->is_new && merge->sourceRelation)
            return {"MERGE", relation, estimated_rows(world, *merge->sourceRelation), true, nullptr};
    }
    return {};
}

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

} // namespace

// Where the transaction holds a strong lock on a table, backfill_with_ddl() reports the write instead. Nobody waits for
// rows that an INSERT adds, so only changes of existing rows count.
void unbatched_write(Subject const &subject, Report &report) {
    Write const write = write_of(subject);
    if (!write.relation || !write.changes || write.rows < many || held(subject))
        return;
    std::string const table = write.relation->qualified(), key = key_of(*write.relation);
    std::string const batch = key == "ctid" ? "ctid = ANY (ARRAY(SELECT ctid FROM " + table + " WHERE ... LIMIT 5000))"
                                            : key + " IN (SELECT " + key + " FROM " + table + " WHERE ... LIMIT 5000)";
    report.add(
        severity(write.rows),
        std::string(write.command) + (write.where ? " of about " : " without WHERE of ") + counted(write.rows, "row") +
            " of " + write.relation->label() +
            " in one statement: they stay locked until it commits, and leave as many dead rows",
        "In a migration with `-- migrator: no-transaction`, by a procedure that commits every few thousand rows: "
        "... WHERE " +
            batch + ".");
}

// ALTER TABLE ... ADD COLUMN and the UPDATE that fills it, in one transaction: the lock that ALTER TABLE needs for a
// moment is kept while the rows are written. Rows of an INSERT count too.
void backfill_with_ddl(Subject const &subject, Report &report) {
    HeldLocks::Lock const *const lock = held(subject);
    if (!lock)
        return;
    Write const write = write_of(subject);
    if (!write.command || write.rows < many)
        return;
    report.add(severity(write.rows),
               std::string(lock->exclusive ? "reads and writes" : "writes") + " of " + lock->relation->qualified() +
                   " wait while " + write.command + " writes about " + counted(write.rows, "row") +
                   (write.relation && !write.relation->is_new ? " of " + write.relation->label() : "") + ": " +
                   lock->command + " keeps it locked until the transaction ends",
               std::string("Put the ") + write.command +
                   " into a later migration of its own, in batches, and run both with CALL "
                   "migrator.apply_each(): the lock of " +
                   lock->command + " is then gone before the first row is written.");
}

} // namespace mig::server::lint
