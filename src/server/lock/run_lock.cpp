#include "server/lock/run_lock.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "server/db/nap.hpp"
#include "server/db/owner.hpp"
#include "server/db/settings.hpp"
#include "server/lock/run_lock_holder.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_namespace.h"
#include "storage/lock.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

bool under_way = false;

// objsubid in pg_locks. 1 and 2 are those of pg_advisory_lock(bigint) and (int, int), which everybody may take: we take
// them only to be seen, and they decide nothing. No SQL function takes the others.
enum Part : std::uint16_t { shown = 1, shown_statementwise = 2, the_run = run_lock_part, statementwise = 4 };

LOCKTAG tag_of(std::uint32_t object, Part part) {
    LOCKTAG tag;
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, lock_class, object, part);
    return tag;
}

// A lock that pg_advisory_unlock_all() and DISCARD ALL in a body do not release. An abort does, because it is of the
// default lock method (ProcReleaseLocks()); it leaves advisory locks of the session alone. DiscardAll() and
// pg_advisory_unlock_all() release USER_LOCKMETHOD only.
LOCKTAG guard_tag_of(std::uint32_t object) {
    LOCKTAG tag;
    SET_LOCKTAG_OBJECT(tag, MyDatabaseId, NamespaceRelationId, object, 1);
    return tag;
}

enum class HeldBy : unsigned char { transaction, session };

// Never waits: see run_lock.hpp.
bool try_lock(LOCKTAG const &tag, HeldBy held_by) {
    return LockAcquire(&tag, ExclusiveLock, held_by == HeldBy::session, true) != LOCKACQUIRE_NOT_AVAIL;
}

// Held only once, however often this is called.
bool try_lock_once(LOCKTAG const &tag) { return pg::holds_lock(&tag, ExclusiveLock) || try_lock(tag, HeldBy::session); }

void release(LOCKTAG const &tag) {
    if (pg::holds_lock(&tag, ExclusiveLock))
        (void) LockRelease(&tag, ExclusiveLock, true);
}

// Both, or neither.
bool try_run_lock(std::uint32_t object, HeldBy held_by) {
    LOCKTAG const tag = tag_of(object, the_run), guard = guard_tag_of(object);
    if (!try_lock(tag, held_by))
        return false;
    if (try_lock(guard, held_by))
        return true;
    (void) LockRelease(&tag, ExclusiveLock, held_by == HeldBy::session);
    return false;
}

// Called with the run lock held. A session that began with the library of 1.0, and has lost the guard in an abort,
// still believes by this lock that the run is its own: so the WARNING names the holder.
void show_run_lock(std::uint32_t object, HeldBy held_by) {
    if (pg::guarded([=] { return try_lock(tag_of(object, shown), held_by); }))
        return;
    pg::warning(describe_lock_key_holder() + " holds the advisory lock of migrator.lock_key(), which blocks no run",
                "The lock is only informational. But if that session is a run of version 1.0, whose library was "
                "replaced since it connected, cancel this run and wait for that one to end.");
}

// In another session: GetLockConflicts() leaves out the caller's own lock.
bool statementwise_run_elsewhere(std::uint32_t object) {
    LOCKTAG const tag = tag_of(object, statementwise);
    int count = 0;
    VirtualTransactionId *const holders = GetLockConflicts(&tag, ShareLock, &count);
    pfree(holders);
    return count > 0;
}

[[noreturn]] void refuse(const char *hint, const char *message = "another migration run is in progress") {
    HolderText const holder = describe_run_lock_holder().value_or(HolderText{"It has just ended.", {}});
    throw Failure(sqlstate::lock_not_available, message, holder.detail, holder.hint.empty() ? hint : holder.hint);
}

// Whose lock it is that the session waits for. That takes a snapshot, which a run of statements without a transaction
// would wait for, to the end of this transaction: so a session that waits without one ends it.
void tell_holder(Transactions *transactions) {
    if (std::optional<HolderText> const holder = describe_run_lock_holder())
        pg::notice("waiting for another migration run to end", holder->detail, holder->hint);
    if (transactions)
        transactions->commit();
}

// Naps are short at first, because most runs are, and no longer than anybody notices after a long wait. `transactions`:
// of a run that commits; null: the lock is taken in the caller's transaction.
void wait_for_lock(std::uint32_t object, Transactions *transactions) {
    HeldBy const held_by = transactions ? HeldBy::session : HeldBy::transaction;
    constexpr long first_told = 500, told_again = 30000; // ms
    long next_told = first_told;
    constexpr long first_nap = 5, longest_nap = 250; // ms
    TimestampTz const start = GetCurrentTimestamp();
    for (long nap = first_nap;; nap = std::min(2 * nap, longest_nap)) {
        if (pg::guarded([=] { return try_run_lock(object, held_by); }))
            return show_run_lock(object, held_by);
        long const waited = static_cast<long>((GetCurrentTimestamp() - start) / 1000);
        long const left = settings::lock_wait_ms() - waited;
        // A session that waits without a snapshot blocks nobody. Where no time is left, the refusal below says enough.
        if (held_by == HeldBy::transaction && left > 0 && pg::call<statementwise_run_elsewhere>(object))
            refuse("The other run is in a migration without a transaction, which would wait for this one. "
                   "CALL migrator.apply_each() waits for it without blocking it.");
        if (left <= 0)
            refuse("Wait for it to end, or raise migrator.lock_wait.");
        if (waited >= next_told) {
            tell_holder(transactions);
            next_told = waited + told_again;
        }
        sleep_ms(std::min(nap, left), pg::run_lock_wait_event);
    }
}

} // namespace

// pg_advisory_lock(bigint) splits its key into the same two halves (SET_LOCKTAG_INT64() in lockfuncs.c).
std::int64_t lock_key() { return (std::int64_t{lock_class} << 32) | extension_schema(); }

void take_run_lock() { wait_for_lock(extension_schema(), nullptr); }

SessionRunLock::SessionRunLock(Transactions &transactions) : object_(extension_schema()) {
    // Looking up the schema took a snapshot of the catalogs, which a concurrent index build would wait for.
    pg::call<InvalidateCatalogSnapshot>();
    wait_for_lock(object_, &transactions);
    held_ = true;
}

SessionRunLock::~SessionRunLock() {
    std::uint32_t const object = object_;
    if (held_)
        pg::guarded_or_warn("migrator: the run lock could not be released", [=] {
            release(tag_of(object, shown));
            release(guard_tag_of(object));
            release(tag_of(object, the_run));
        });
}

void SessionRunLock::reacquire() {
    std::uint32_t const object = object_;
    constexpr int tries = 200;
    constexpr long nap = 5; // ms
    for (int i = 0; i < tries; ++i) {
        // An abort has released one part, or the body the other. A session that waits may hold that part for a moment,
        // until it finds that it cannot have both.
        bool const kept =
            pg::guarded([=] { return try_lock_once(guard_tag_of(object)) && try_lock_once(tag_of(object, the_run)); });
        if (kept) {
            pg::guarded([=] { (void) try_lock_once(tag_of(object, shown)); });
            return;
        }
        sleep_ms(nap, pg::run_lock_wait_event);
    }
    refuse("A migration released it by pg_advisory_unlock_all() or DISCARD ALL. Run the rest again.",
           "the run lock was lost to another session");
}

StatementwiseMark::StatementwiseMark() : object_(extension_schema()) {
    std::uint32_t const object = object_;
    held_ = pg::guarded([=] { return try_lock(tag_of(object, statementwise), HeldBy::session); });
    shown_ = pg::guarded([=] { return try_lock(tag_of(object, shown_statementwise), HeldBy::session); });
}

StatementwiseMark::~StatementwiseMark() {
    std::uint32_t const object = object_;
    bool const held = held_, also_shown = shown_;
    pg::guarded_or_warn("migrator: an advisory lock could not be released", [=] {
        if (held)
            release(tag_of(object, statementwise));
        if (also_shown)
            release(tag_of(object, shown_statementwise));
    });
}

void refuse_during_run(const char *what) {
    if (under_way)
        throw Failure(sqlstate::nested_run, std::string("a migration cannot ") + what,
                      "A run is under way in this session.",
                      "Remove the call from the migration's body, or from the trigger that makes it.");
}

RunInProgress::RunInProgress() {
    refuse_during_run("call the migration runner");
    under_way = true;
}

RunInProgress::~RunInProgress() { under_way = false; }

bool run_in_progress() noexcept { return under_way; }

} // namespace mig::server
