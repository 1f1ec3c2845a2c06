// Locks: what follows from the order of statements, from settings, and from who uses the tables right now.
//
// All of it follows from two facts of the lock manager. A lock is kept until the transaction ends, so whatever follows
// a strong lock in its transaction prolongs it. And a request that has to wait makes all later ones that conflict with
// it wait too, though the lock that is held would let them pass (LockAcquireExtended() tests waitMask, ProcSleep()
// queues): an ALTER TABLE that waits for one long SELECT stops every other SELECT.
#include "lint/read/lock_modes.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/lock_holders.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/settings_in_force.hpp"
#include "server/lock/lock_limit.hpp"

#include <algorithm>

extern "C" {
#include "access/twophase.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/lsyscache.h"
}

namespace mig::server::lint {

namespace {

// The table that a statement reads or fills from end to end, other than by DML (bulk_writes.cpp has that); null: none,
// or a small one.
Table const *worked_through(Node *node, World &world) {
    Table const *table = nullptr;
    if (auto const *index = MIG_AS(IndexStmt, node)) {
        if (!index->concurrent)
            table = world.find(index->relation);
    } else if (auto const *refresh = MIG_AS(RefreshMatViewStmt, node)) {
        table = world.find(refresh->relation);
    } else if (auto const *alter = MIG_AS(AlterTableStmt, node)) {
        if (any<AlterTableCmd>(alter->cmds,
                               [](AlterTableCmd const &command) { return command.subtype == AT_ValidateConstraint; }))
            table = world.find(alter->relation);
    }
    return table && !table->small() ? table : nullptr;
}

// By "Explicit Locking" in the manual AccessExclusiveLock is the only mode that SELECT waits for, so it alone turns
// slow work on one table into an outage of another. Rules about single statements report writes that wait.
void work_under_exclusive_lock(Subject const &subject, Report &report) {
    Table const *const worked = worked_through(subject.node, subject.world);
    if (!worked)
        return;
    auto const added = subject.earlier_in_transaction.not_valid.lower_bound({worked, ""});
    if (added != subject.earlier_in_transaction.not_valid.end() && added->first == worked)
        return; // validate() (scans.cpp) reports it
    HeldLocks::Lock const *const held = subject.earlier_in_transaction.strong_locks.first_noticeable(
        [](HeldLocks::Lock const &lock) { return lock.exclusive; });
    if (held)
        report.add(Severity::warning,
                   command_of(subject.node) + " works through " + worked->label() + " while " + held->command +
                       " of line " + std::to_string(subject.step.origin.first_line + held->line - 1) +
                       " holds AccessExclusiveLock on " + held->relation->label() +
                       " until commit: reads and writes of it wait all that time",
                   "Put what takes long into an earlier migration, and what takes AccessExclusiveLock into one of its "
                   "own.");
}

// Once per transaction: the first two tables are enough to see the order. Whoever has waited for deadlock_timeout looks
// for a cycle and, if there is one, is canceled (CheckDeadLock()): that may be a session of the application as well as
// the migration.
void ddl_on_several_tables(Subject const &subject, Report &report) {
    if (!subject.in_transaction)
        return;
    for (StatementLock const &lock : locks_of(subject.node, subject.world)) {
        if (lock.mode < ShareLock || lock.relation->small() || !lock.relation->is_table())
            continue;
        HeldLocks const &held = subject.earlier_in_transaction.strong_locks;
        HeldLocks::Lock const *const other = held.first_noticeable(
            [&](HeldLocks::Lock const &felt) { return felt.relation != lock.relation && felt.relation->is_table(); });
        if (held.has(lock.relation) || !other || !subject.first_time("several tables"))
            continue;
        report.add(Severity::warning,
                   command_of(subject.node) + " waits for " + lock_mode_name(lock.mode) + " on " +
                       lock.relation->label() + " while " + other->command + " of line " +
                       std::to_string(subject.step.origin.first_line + other->line - 1) + " holds a lock on " +
                       other->relation->label() +
                       ": sessions that use both in the other order can deadlock with it, and whoever uses the first "
                       "waits for the second too",
                   "One migration for each of the two tables.");
        return;
    }
}

std::string database_name() {
    return pg::guarded([] { return get_database_name(MyDatabaseId); });
}

// Reported where the limit that the session of the statement will have is none, whoever took it away: the settings, or
// the migration itself. A directive that says 0 was meant, so it is no finding.
void no_lock_timeout(Subject const &subject, Report &report) {
    if (IsA(subject.node, InsertStmt) || IsA(subject.node, CopyStmt))
        return; // of which there may be millions
    std::optional<std::int32_t> const &directive = subject.step.directives.lock_timeout_ms;
    std::optional<int> const limit = subject.world.settings().lock_timeout_ms();
    if (!limit || *limit > 0 || directive == 0)
        return;
    for (StatementLock const &lock : locks_of(subject.node, subject.world)) {
        if (lock.mode < ShareLock || lock.relation->small() || !lock.relation->is_table() ||
            subject.earlier_in_transaction.strong_locks.has(lock.relation))
            continue;
        bool const taken_away = lock_limit_ms(subject.step.directives).value_or(LockTimeout) > 0;
        report.add(Severity::info,
                   (taken_away ? "the migration has set lock_timeout to 0 before: while "
                               : "no lock_timeout is in force: while ") +
                       command_of(subject.node) + " waits for its lock on " + lock.relation->label() +
                       ", everybody who comes later waits behind it, without limit",
                   taken_away ? "Leave that out, or SET lock_timeout = '5s' before this statement."
                              : "ALTER DATABASE " + quoted(database_name()) +
                                    " SET migrator.lock_timeout = '5s', which is the default, or -- migrator: "
                                    "lock_timeout=5s above the first statement; apply_each() tries again by itself.");
        return;
    }
}

// The shared lock table has room for max_locks_per_transaction locks of each backend and prepared transaction
// (NLOCKENTS() in lock.c). Modes weaker than ShareUpdateExclusiveLock may be kept by the backend itself (fast path),
// the others always take an entry. Half of the table is already too much, as other sessions need locks as well.
void lock_fan_out(Subject const &subject, Report &report) {
    double const capacity = static_cast<double>(max_locks_per_xact) * (MaxBackends + max_prepared_xacts);
    for (StatementLock const &lock : locks_of(subject.node, subject.world)) {
        // Statements that lock the partitions too. CREATE TABLE ... PARTITION OF and ATTACH PARTITION lock only the
        // parent.
        if (lock.relation->partitions < 2 || MIG_AS(CreateStmt, subject.node) || lock.mode < ShareUpdateExclusiveLock)
            continue;
        if (auto const *alter = MIG_AS(AlterTableStmt, subject.node); alter && !alter->relation->inh) // ONLY
            continue;
        // Each partition has an index for each of the parent's, which DefineIndex() creates there. TOAST tables, and
        // indexes that only a partition has, are not counted: the estimate is low.
        double const locks =
            static_cast<double>(lock.relation->partitions) * static_cast<double>(1 + lock.relation->indexes.size());
        if (locks < capacity / 2 || !subject.first_time("fan-out " + lock.relation->qualified()))
            continue;
        char numbers[160];
        (void) snprintf(numbers, sizeof numbers, "about %.0f locks of the %.0f that the server has room for", locks,
                        capacity);
        report.add(locks > capacity ? Severity::error : Severity::warning,
                   command_of(subject.node) + " locks " + lock.relation->label() + " with its " +
                       std::to_string(lock.relation->partitions) + " partitions and their indexes: " + numbers +
                       (locks > capacity ? ": it fails with \"out of shared memory\"" : ""),
                   "Do it partition by partition in several migrations (ALTER TABLE ONLY), or raise "
                   "max_locks_per_transaction (restart).");
    }
}

// Only sessions whose transaction is a minute old, and autovacuums to prevent wraparound (lint/world/lock_holders.cpp):
// any other autovacuum is canceled when somebody waits for its lock (ProcSleep() and PROC_VACUUM_FOR_WRAPAROUND).
void table_in_use(Subject const &subject, Report &report) {
    for (StatementLock const &lock : locks_of(subject.node, subject.world)) {
        if (lock.mode < ShareUpdateExclusiveLock || !lock.relation->oid)
            continue;
        for (LockHolder const &user : conflicting_lock_holders(subject.world, lock.relation->oid, lock.mode))
            if (subject.first_time("in use " + std::to_string(user.pid) + " " + lock.relation->qualified()))
                report.add(Severity::warning,
                           "right now, " + user.description + " holds " + user.mode + " on " + lock.relation->label() +
                               ": " + command_of(subject.node) + " waits for it to end, and " +
                               "everybody who comes later waits behind " + command_of(subject.node),
                           user.wraparound ? "Wait for that autovacuum to end: it does not give way, and starts again "
                                             "when it is canceled."
                                           : "Wait until it has ended; SELECT pg_terminate_backend(" +
                                                 std::to_string(user.pid) + ") if nobody needs it.");
    }
}

constexpr Rule entries[] = {
    {"work-behind-exclusive-lock", "a lock on another table is held while something takes long",
     work_under_exclusive_lock},
    {"ddl-on-several-tables", "locks on two tables in one transaction: deadlock", ddl_on_several_tables},
    {"no-lock-timeout", "everybody queues behind a migration that waits for a lock", no_lock_timeout,
     Rule::Scope::statement, nullptr, true},
    {"brief-exclusive-lock", "everybody queues behind AccessExclusiveLock on a table", brief_exclusive_lock},
    {"too-many-partition-locks", "the lock table of the server overflows", lock_fan_out},
    {"table-in-use", "somebody holds the table right now", table_in_use},
};

} // namespace

Rules lock_order_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
