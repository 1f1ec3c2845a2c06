// Locks: what follows from the order of statements, from settings, and from who uses the tables right now.
#include "lint/read/lock_modes.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/lock_users.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/db/settings.hpp"

#include <algorithm>

extern "C" {
#include "access/twophase.h"
#include "storage/lock.h"
#include "storage/proc.h"
}

namespace mig::server::lint {

namespace {

// A table that a statement reads or builds from end to end, other than by DML; null: none that is felt.
Table const *long_work(Node *node, World &world) {
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

void work_behind_strong_lock(Subject const &subject, Report &report) {
    Table const *const worked = long_work(subject.node, subject.world);
    if (!worked)
        return;
    auto const added = subject.migrated.not_valid.lower_bound({worked, ""});
    if (added != subject.migrated.not_valid.end() && added->first == worked)
        return; // it is a constraint of its own that makes it wait
    HeldLocks::Held const *const held =
        subject.migrated.strong_locks.first_felt([](HeldLocks::Held const &one) { return one.exclusive; });
    if (held)
        report.add(Severity::warning,
                   command_of(subject.node) + " works through " + worked->label() + " while " + held->what +
                       " of line " + std::to_string(subject.step.origin.first_line + held->line - 1) +
                       " holds AccessExclusiveLock on " + held->relation->label() +
                       " until commit: reads and writes of it wait all that time",
                   "Put what takes long into a migration before, and what takes AccessExclusiveLock into one of its "
                   "own.");
}

void ddl_on_several_tables(Subject const &subject, Report &report) {
    if (!subject.in_transaction)
        return;
    for (StatementLock const &lock : locks_of(subject.node, subject.world)) {
        if (lock.mode < ShareLock || lock.relation->small() || !lock.relation->is_table())
            continue;
        HeldLocks const &held = subject.migrated.strong_locks;
        HeldLocks::Held const *const other = held.first_felt(
            [&](HeldLocks::Held const &one) { return one.relation != lock.relation && one.relation->is_table(); });
        if (held.has(lock.relation) || !other || !subject.first("several tables"))
            continue;
        report.add(Severity::warning,
                   command_of(subject.node) + " waits for " + word(lock.mode) + " on " + lock.relation->label() +
                       " while " + other->what + " of line " +
                       std::to_string(subject.step.origin.first_line + other->line - 1) + " holds a lock on " +
                       other->relation->label() +
                       ": sessions that use both in the other order end in a deadlock, and whoever uses the first "
                       "waits for the second too",
                   "One migration for each of the two tables.");
        return;
    }
}

// A lock that is asked for conflicts with those that wait, too: whoever comes later joins the queue, though what is
// held would let him pass.
void no_lock_timeout(Subject const &subject, Report &report) {
    auto const &directives = subject.step.directives;
    int const limit = directives.lock_timeout_ms ? *directives.lock_timeout_ms : settings::lock_timeout_ms();
    if (limit > 0 || (limit < 0 && LockTimeout > 0) || directives.lock_timeout_ms)
        return;
    HeldLocks::Held const *const held =
        subject.migration.strong_locks.first_felt([](HeldLocks::Held const &one) { return one.relation->is_table(); });
    if (held)
        report.add(Severity::info,
                   "no lock_timeout is in force: while " + held->what + " waits for its lock on " +
                       held->relation->label() + ", everybody who comes later waits behind it, without limit",
                   "ALTER DATABASE ... SET migrator.lock_timeout = '2s', or -- migrator: lock_timeout=2s above "
                   "the first statement; apply_each() tries again by itself.");
}

bool is_brief(AlterTableCmd const &command) {
    switch (command.subtype) {
    case AT_ChangeOwner:
    case AT_EnableRowSecurity:
    case AT_DisableRowSecurity:
    case AT_ForceRowSecurity:
    case AT_NoForceRowSecurity:
    case AT_ReplicaIdentity:
    case AT_DropConstraint:
    case AT_EnableRule:
    case AT_DisableRule:
        return true;
    default:
        return false;
    }
}

bool is_brief(Node const *statement) {
    switch (nodeTag(statement)) {
    case T_RenameStmt:
    case T_AlterObjectSchemaStmt:
    case T_CreatePolicyStmt:
    case T_AlterPolicyStmt:
    case T_RuleStmt:
        return true;
    case T_DropStmt: {
        ObjectType const type = MIG_AS(DropStmt, statement)->removeType;
        return type == OBJECT_TRIGGER || type == OBJECT_POLICY || type == OBJECT_RULE;
    }
    case T_AlterTableStmt:
        return any<AlterTableCmd>(MIG_AS(AlterTableStmt, statement)->cmds,
                                  [](AlterTableCmd const &command) { return is_brief(command); });
    default:
        return false;
    }
}

void brief_exclusive_lock(Subject const &subject, Report &report) {
    if (!is_brief(subject.node))
        return;
    for (StatementLock const &lock : locks_of(subject.node, subject.world))
        if (lock.mode == AccessExclusiveLock && !lock.relation->small() && lock.relation->is_table() &&
            subject.first("brief " + lock.relation->qualified())) {
            report.add(Severity::info,
                       command_of(subject.node) + " takes AccessExclusiveLock on " + lock.relation->label() +
                           ", for a moment: reads and writes queue behind it while it waits, and until commit",
                       "A short migrator.lock_timeout, and nothing that takes long behind it in the same transaction.");
            return;
        }
}

// The shared lock table is made for max_locks_per_transaction locks of each backend and prepared transaction; a strong
// lock always takes a place in it, a weak one may not.
void lock_fan_out(Subject const &subject, Report &report) {
    double const room = static_cast<double>(max_locks_per_xact) * (MaxBackends + max_prepared_xacts);
    for (StatementLock const &lock : locks_of(subject.node, subject.world)) {
        // What goes down to the partitions. CREATE TABLE ... PARTITION OF and ATTACH lock the parent alone.
        if (lock.relation->partitions < 2 || MIG_AS(CreateStmt, subject.node) || lock.mode < ShareUpdateExclusiveLock)
            continue;
        if (auto const *alter = MIG_AS(AlterTableStmt, subject.node); alter && !alter->relation->inh) // ONLY
            continue;
        double const locks =
            static_cast<double>(lock.relation->partitions) * static_cast<double>(1 + lock.relation->indexes.size());
        if (locks < room / 2 || !subject.first("fan-out " + lock.relation->qualified()))
            continue;
        char numbers[160];
        (void) snprintf(numbers, sizeof numbers, "about %.0f locks of the %.0f that the server has room for", locks,
                        room);
        report.add(locks > room ? Severity::error : Severity::warning,
                   command_of(subject.node) + " locks " + lock.relation->label() + " with its " +
                       std::to_string(lock.relation->partitions) + " partitions and their indexes: " + numbers +
                       (locks > room ? ": it fails with \"out of shared memory\"" : ""),
                   "Do it partition by partition in several migrations (ALTER TABLE ONLY), or raise "
                   "max_locks_per_transaction (restart).");
    }
}

void table_in_use(Subject const &subject, Report &report) {
    for (StatementLock const &lock : locks_of(subject.node, subject.world)) {
        if (lock.mode < ShareUpdateExclusiveLock || !lock.relation->oid)
            continue;
        for (LockUser const &user : users_of(subject.world, lock.relation->oid, lock.mode))
            if (subject.first("in use " + std::to_string(user.pid) + " " + lock.relation->qualified()))
                report.add(Severity::warning,
                           "right now, " + user.description + " holds " + user.mode + " on " + lock.relation->label() +
                               ": " + command_of(subject.node) + " waits for it to end, and " +
                               "everybody who comes later waits behind " + command_of(subject.node),
                           user.wraparound ? "Wait for that autovacuum to end: it does not give way, and starts again "
                                             "when it is cancelled."
                                           : "Wait until it has ended; SELECT pg_terminate_backend(" +
                                                 std::to_string(user.pid) + ") if nobody needs it.");
    }
}

constexpr Rule table[] = {
    {"work-behind-exclusive-lock", "a lock on another table is held while something takes long",
     work_behind_strong_lock},
    {"ddl-on-several-tables", "locks on two tables in one transaction: deadlock", ddl_on_several_tables},
    {"no-lock-timeout", "everybody queues behind a migration that waits for a lock", no_lock_timeout,
     Rule::Of::migration},
    {"brief-exclusive-lock", "everybody queues behind AccessExclusiveLock on a table", brief_exclusive_lock},
    {"too-many-partition-locks", "the lock table of the server overflows", lock_fan_out},
    {"table-in-use", "somebody holds the table right now", table_in_use},
};

} // namespace

Rules lock_order_rules() noexcept { return {std::begin(table), std::end(table)}; }

} // namespace mig::server::lint
