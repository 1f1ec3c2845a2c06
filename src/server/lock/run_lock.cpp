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
// them to be looked at, and they decide nothing. No function of SQL takes the others.
enum Part : std::uint16_t { shown = 1, shown_statementwise = 2, the_run = run_lock_part, statementwise = 4 };

LOCKTAG tag_of(std::uint32_t object, Part part) {
    LOCKTAG tag;
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, lock_class, object, part);
    return tag;
}

// What pg_advisory_unlock_all() and DISCARD ALL in a body do not give away; an abort does.
LOCKTAG guard_tag_of(std::uint32_t object) {
    LOCKTAG tag;
    SET_LOCKTAG_OBJECT(tag, MyDatabaseId, NamespaceRelationId, object, 1);
    return tag;
}

enum class Keeper : unsigned char { transaction, session };

bool take(LOCKTAG const &tag, Keeper keeper) {
    return LockAcquire(&tag, ExclusiveLock, keeper == Keeper::session, true) != LOCKACQUIRE_NOT_AVAIL;
}

// Held once, however often it is asked for.
bool take_once(LOCKTAG const &tag) { return pg::holds_lock(&tag, ExclusiveLock) || take(tag, Keeper::session); }

void release(LOCKTAG const &tag) {
    if (pg::holds_lock(&tag, ExclusiveLock))
        (void) LockRelease(&tag, ExclusiveLock, true);
}

// Both, or neither.
bool try_run_lock(std::uint32_t object, Keeper keeper) {
    LOCKTAG const tag = tag_of(object, the_run), guard = guard_tag_of(object);
    if (!take(tag, keeper))
        return false;
    if (take(guard, keeper))
        return true;
    (void) LockRelease(&tag, ExclusiveLock, keeper == Keeper::session);
    return false;
}

// Behind the run lock. A session that began with the library of 1.0 takes the run for its own by this one while it has
// lost the guard by an abort: whoever has it is therefore named.
void show_run_lock(std::uint32_t object, Keeper keeper) {
    if (pg::guarded([=] { return take(tag_of(object, shown), keeper); }))
        return;
    pg::warning(describe_lock_key_holder() + " holds the advisory lock of migrator.lock_key(), which stops no run",
                "It is there to be looked at. Only if that session is a run of a library that was replaced since it "
                "connected (1.0), cancel this one and wait for that one to end.");
}

// Another session's, that is.
bool marked(std::uint32_t object) {
    LOCKTAG const tag = tag_of(object, statementwise);
    int count = 0;
    VirtualTransactionId *const holders = GetLockConflicts(&tag, ShareLock, &count);
    pfree(holders);
    return count > 0;
}

[[noreturn]] void refuse(const char *hint, const char *message = "another migration run is in progress") {
    HolderText const holder = describe_run_lock_holder();
    throw Failure(sqlstate::lock_not_available, message, holder.detail, holder.way_out.empty() ? hint : holder.way_out);
}

void wait_for_lock(std::uint32_t object, Keeper keeper) {
    constexpr long first_nap = 5, longest_nap = 250; // ms
    TimestampTz const start = GetCurrentTimestamp();
    for (long nap = first_nap;; nap = std::min(2 * nap, longest_nap)) {
        if (pg::guarded([=] { return try_run_lock(object, keeper); }))
            return show_run_lock(object, keeper);
        long const waited = static_cast<long>((GetCurrentTimestamp() - start) / 1000);
        long const left = settings::lock_wait_ms() - waited;
        if (keeper == Keeper::transaction && left > 0 && pg::call<marked>(object))
            refuse("The other run is in a migration without a transaction, which would wait for this one. "
                   "CALL migrator.apply_each() waits for it without being in its way.");
        if (left <= 0)
            refuse("Wait for it to end, or raise migrator.lock_wait.");
        sleep_ms(std::min(nap, left), pg::run_lock_wait_event);
    }
}

} // namespace

std::int64_t lock_key() { return (std::int64_t{lock_class} << 32) | schema(); }

void take_run_lock() { wait_for_lock(schema(), Keeper::transaction); }

SessionRunLock::SessionRunLock() : object_(schema()) {
    // Looking up the schema took a snapshot of the catalogs, which a concurrent index build would wait for.
    pg::call<InvalidateCatalogSnapshot>();
    wait_for_lock(object_, Keeper::session);
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

void SessionRunLock::keep() {
    std::uint32_t const object = object_;
    constexpr int tries = 200;
    constexpr long nap = 5; // ms
    for (int i = 0; i < tries; ++i) {
        // An abort gives the one back, what a body may do the other. Who waits takes that for a moment, and finds out.
        bool const kept =
            pg::guarded([=] { return take_once(guard_tag_of(object)) && take_once(tag_of(object, the_run)); });
        if (kept) {
            pg::guarded([=] { (void) take_once(tag_of(object, shown)); });
            return;
        }
        sleep_ms(nap, pg::run_lock_wait_event);
    }
    refuse("A migration gave it away, by pg_advisory_unlock_all() or DISCARD ALL. Run the rest again.",
           "the run lock was lost to another session");
}

StatementwiseMark::StatementwiseMark() : object_(schema()) {
    std::uint32_t const object = object_;
    held_ = pg::guarded([=] { return take(tag_of(object, statementwise), Keeper::session); });
    shown_ = pg::guarded([=] { return take(tag_of(object, shown_statementwise), Keeper::session); });
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

void refuse_in_flight(const char *what) {
    if (under_way)
        throw Failure(sqlstate::nested_run, std::string("a migration cannot ") + what,
                      "A run is under way in this session.",
                      "Remove the call from the migration's body, or from the trigger that makes it.");
}

InFlight::InFlight() {
    refuse_in_flight("call the migration runner");
    under_way = true;
}

InFlight::~InFlight() { under_way = false; }

bool in_flight() noexcept { return under_way; }

} // namespace mig::server
