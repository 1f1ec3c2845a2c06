#include "server/run_lock.hpp"

#include "bridge/compat.hpp"
#include "core/failure.hpp"
#include "server/owner.hpp"
#include "server/settings.hpp"

#include <algorithm>

extern "C" {
#include "storage/latch.h"
#include "storage/lock.h"
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

bool in_flight = false;

bool try_lock(std::uint32_t object) {
    LOCKTAG tag;
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, lock_class, object, 1);
    return LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

void sleep(long ms) {
    std::uint32_t const event = pg::run_lock_wait_event();
    pg::guarded([=] {
        (void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ms, event);
        ResetLatch(MyLatch);
        CHECK_FOR_INTERRUPTS();
    });
}

std::string describe_holder() {
    std::optional<Holder> const holder = run_lock_holder(Access::fresh);
    if (!holder)
        return "It has ended in this moment.";
    return "It is run by process " + std::to_string(holder->pid) + ", user " + holder->user + ", client " +
           holder->client + ", since " + holder->since_text + "; its statement: " + holder->statement;
}

} // namespace

std::int64_t lock_key() { return (std::int64_t{lock_class} << 32) | schema(); }

void take_run_lock() {
    constexpr long first_nap = 5, longest_nap = 250; // ms
    Oid const object = schema();
    TimestampTz const start = GetCurrentTimestamp();
    for (long nap = first_nap;; nap = std::min(2 * nap, longest_nap)) {
        if (pg::call<try_lock>(object))
            return;
        long const waited = static_cast<long>((GetCurrentTimestamp() - start) / 1000);
        long const left = settings::lock_wait_ms() - waited;
        if (left <= 0)
            throw Failure(sqlstate::lock_not_available, "another migration run is in progress", describe_holder(),
                          "Wait for it to end, or raise migrator.lock_wait.");
        sleep(std::min(nap, left));
    }
}

std::optional<Holder> run_lock_holder(Access access) {
    AsOwner const owner;
    Rows const rows = query("SELECT l.pid, a.xact_start, coalesce(a.usename::text, '?'),"
                            " coalesce(a.client_addr::text, 'local') || coalesce(' (' || nullif(a.application_name, '')"
                            " || ')', ''), coalesce(a.xact_start::text, '?'), coalesce(a.query, '')"
                            " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
                            " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database ="
                            " (SELECT oid FROM pg_database WHERE datname = current_database())"
                            " AND l.classid = $1::oid AND l.objid = $2::oid",
                            {std::int64_t{lock_class}, std::int64_t{schema()}}, access);
    if (rows.size() == 0)
        return std::nullopt;
    Holder holder{rows.integer(0, 0),           std::nullopt,
                  std::string(rows.text(0, 2)), std::string(rows.text(0, 3)),
                  std::string(rows.text(0, 4)), std::string(rows.text(0, 5))};
    if (!rows.is_null(0, 1))
        holder.since = rows.bigint(0, 1);
    return holder;
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
