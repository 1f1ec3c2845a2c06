#include "server/run_lock.hpp"

#include "bridge/compat.hpp"
#include "core/failure.hpp"
#include "server/nap.hpp"
#include "server/owner.hpp"
#include "server/run_lock_holder.hpp"
#include "server/settings.hpp"

#include <algorithm>

extern "C" {
#include "storage/lock.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

bool in_flight = false;

enum Part : std::uint16_t { the_run = 1, statementwise = 2 }; // objsubid in pg_locks

LOCKTAG tag_of(std::uint32_t object, Part part) {
    LOCKTAG tag;
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, lock_class, object, part);
    return tag;
}

LockAcquireResult try_lock(std::uint32_t object, Part part, bool for_session) {
    LOCKTAG const tag = tag_of(object, part);
    return LockAcquire(&tag, ExclusiveLock, for_session, true);
}

void release(std::uint32_t object, Part part) {
    LOCKTAG const tag = tag_of(object, part);
    (void) LockRelease(&tag, ExclusiveLock, true);
}

// Another session's, that is.
bool marked(std::uint32_t object) {
    LOCKTAG const tag = tag_of(object, statementwise);
    int count = 0;
    VirtualTransactionId *const holders = GetLockConflicts(&tag, ShareLock, &count);
    pfree(holders);
    return count > 0;
}

[[noreturn]] void refuse(const char *hint) {
    throw Failure(sqlstate::lock_not_available, "another migration run is in progress", describe_run_lock_holder(),
                  hint);
}

void wait_for_lock(std::uint32_t object, bool for_session) {
    constexpr long first_nap = 5, longest_nap = 250; // ms
    TimestampTz const start = GetCurrentTimestamp();
    for (long nap = first_nap;; nap = std::min(2 * nap, longest_nap)) {
        if (pg::guarded([=] { return try_lock(object, the_run, for_session); }) != LOCKACQUIRE_NOT_AVAIL)
            return;
        long const waited = static_cast<long>((GetCurrentTimestamp() - start) / 1000);
        long const left = settings::lock_wait_ms() - waited;
        if (!for_session && left > 0 && pg::call<marked>(object))
            refuse("The other run is in a migration without a transaction, which would wait for this one. "
                   "CALL migrator.apply_each() waits for it without being in its way.");
        if (left <= 0)
            refuse("Wait for it to end, or raise migrator.lock_wait.");
        sleep_ms(std::min(nap, left), pg::run_lock_wait_event());
    }
}

} // namespace

std::int64_t lock_key() { return (std::int64_t{lock_class} << 32) | schema(); }

void take_run_lock() { wait_for_lock(schema(), false); }

SessionRunLock::SessionRunLock() : object_(schema()) {
    // Looking up the schema took a snapshot of the catalogs, which a concurrent index build would wait for.
    pg::call<InvalidateCatalogSnapshot>();
    wait_for_lock(object_, true);
    held_ = true;
}

SessionRunLock::~SessionRunLock() {
    std::uint32_t const object = object_;
    if (held_)
        pg::guarded_or_warn("migrator: the run lock could not be released", [=] { release(object, the_run); });
}

void SessionRunLock::keep() {
    std::uint32_t const object = object_;
    switch (pg::guarded([=] { return try_lock(object, the_run, true); })) {
    case LOCKACQUIRE_NOT_AVAIL:
        held_ = false;
        throw Failure(sqlstate::lock_not_available, "the run lock was lost to another migration run",
                      describe_run_lock_holder(),
                      "A migration gave it away, by pg_advisory_unlock_all() or DISCARD ALL. Run the rest again.");
    case LOCKACQUIRE_OK: // it had been given away
        return;
    default:
        pg::guarded([=] { release(object, the_run); });
    }
}

StatementwiseMark::StatementwiseMark() : object_(schema()) {
    std::uint32_t const object = object_;
    held_ = pg::guarded([=] { return try_lock(object, statementwise, true); }) != LOCKACQUIRE_NOT_AVAIL;
}

StatementwiseMark::~StatementwiseMark() {
    std::uint32_t const object = object_;
    if (held_)
        pg::guarded_or_warn("migrator: an advisory lock could not be released", [=] {
            LOCKTAG const tag = tag_of(object, statementwise);
            if (pg::holds_lock(&tag, ExclusiveLock)) // DISCARD ALL in a body has given it away
                release(object, statementwise);
        });
}

InFlight::InFlight() {
    if (in_flight)
        throw Failure(sqlstate::nested_run, "a migration cannot call the migration runner",
                      "A run is under way in this session.",
                      "Remove the call from the migration's body, or from the trigger that makes it.");
    in_flight = true;
}

InFlight::~InFlight() { in_flight = false; }

} // namespace mig::server
