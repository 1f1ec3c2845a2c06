#include "server/lock/lock_wait_watch.hpp"

#include "bridge/pod_list.hpp"
#include "bridge/report.hpp"
#include "core/text/text.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/lock/lock_table.hpp"
#include "server/lock/query_text.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>

extern "C" {
#include "storage/proc.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

// Globals, because a signal handler carries no private data. RegisterTimeout() has ten places for all libraries of a
// session (USER_TIMEOUT to MAX_TIMEOUTS), and none is ever given back: it is called once.
AwaitedLock last;
volatile std::sig_atomic_t seen = 0;
TimeoutId timeout = MAX_TIMEOUTS; // not registered yet

constexpr int period = 10; // ms

// The client has been told of the wait; log_lock_waits is on because of it.
volatile std::sig_atomic_t told = 0, switched_on = 0;
std::string const *waiting_place = nullptr; // null: nobody watches

// In the variable alone, as no code that could see or change the setting runs during the wait.
void switch_back() {
    if (switched_on)
        log_lock_waits = false;
    switched_on = 0;
}

bool same(LOCKTAG const &a, LOCKTAG const &b) { return std::memcmp(&a, &b, sizeof a) == 0; }

// Runs in a signal handler, and only copies memory. A LOCK that is released meanwhile is still in shared memory.
// ProcSleep() sets waitLock, and whoever ends the wait resets it.
void note_wait() {
    PGPROC const *const self = MyProc;
    LOCK const *const lock = self ? self->waitLock : nullptr; // null once a terminating session has given up its PGPROC
    if (!lock) {
        told = 0;
        switch_back();
        return;
    }
    bool const again = seen && same(last.tag, lock->tag) && last.mode == self->waitLockMode;
    last = {lock->tag, self->waitLockMode, again ? last.ms + period : period};
    seen = 1;
    if (!again)
        told = 0;
    if (!log_lock_waits && last.ms + 3 * period >= DeadlockTimeout) {
        log_lock_waits = true;
        switched_on = 1;
    }
}

void start() {
    if (timeout == MAX_TIMEOUTS)
        timeout = RegisterTimeout(USER_TIMEOUT, note_wait);
    enable_timeout_every(timeout, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), period), period);
}

using Pids = pg::PodList<std::int32_t>;

bool holds_against(LockInstanceData const &lock, LOCKMODE mode) {
    for (LOCKMODE held = 1; held <= MaxLockMode; ++held)
        if ((lock.holdMask & LOCKBIT_ON(held)) && DoLockModesConflict(mode, held))
            return true;
    return false;
}

bool waits_against(LockInstanceData const &lock, LOCKMODE mode) {
    return lock.waitLockMode != NoLock && DoLockModesConflict(mode, lock.waitLockMode);
}

// Other sessions with a lock of that tag which conflicts with the awaited mode. By the lock table and not by
// pg_blocking_pids(), which answers only while the wait lasts; the timeout has ended it by now.
Pids find(AwaitedLock const &awaited, bool (*conflicts)(LockInstanceData const &lock, LOCKMODE mode)) {
    Pids pids{};
    visit_locks_pg([&](LockInstanceData const &lock) {
        if (lock.pid != MyProcPid && same(lock.locktag, awaited.tag) && conflicts(lock, awaited.mode))
            pids.add(lock.pid);
    });
    return pids;
}

// If no holder conflicts, the wait is for those ahead in the queue: LockAcquire() does not pass a waiter that
// conflicts. LockAcquireExtended() compares with waitMask before it looks at holders.
Pids find_blockers(AwaitedLock const &awaited) {
    Pids const holders = find(awaited, holds_against);
    return holders.count > 0 ? holders : find(awaited, waits_against);
}

std::string list_processes(Pids const &pids) {
    std::string list;
    for (std::int32_t const pid : pids)
        append_item(list, pid == 0 ? "a prepared transaction" : "process " + std::to_string(pid));
    return list;
}

// By process ID: names are in catalogs, which cannot be read in the middle of a wait.
void tell_blockers() {
    PGPROC const *const self = MyProc;
    LOCK const *const lock = self->waitLock;
    if (!lock)
        return; // it has just got it
    AwaitedLock const awaited{lock->tag, self->waitLockMode, 0};
    ScratchMemory const scratch("migrator blockers");
    Pids const pids = scratch.run([&] { return find_blockers(awaited); });
    auto const type = static_cast<LockTagType>(awaited.tag.locktag_type);
    bool const end = type == LOCKTAG_TRANSACTION || type == LOCKTAG_VIRTUALTRANSACTION;
    std::string text = *waiting_place + " waits for ";
    text += end ? "the end of another transaction"
                : "a lock (" + std::string(GetLockmodeName(awaited.tag.locktag_lockmethodid, awaited.mode)) + ")";
    if (pids.count > 0)
        text += ", blocked by " + list_processes(pids);
    pg::notice(text, {}, "In another session, SELECT blockers FROM migrator.running says who that is.");
}

bool watching() noexcept { return waiting_place != nullptr; }

// The server repeats that it still waits each time that something wakes it, as the timer does.
void on_logged(ErrorData *message) {
    bool const still_waits = std::strstr(message->message_id, "still waiting") != nullptr;
    bool const again = still_waits && told;
    if (again || switched_on)
        message->output_to_server = message->output_to_client = false;
    if (!still_waits)
        return switch_back();
    told = 1;
    if (!again)
        tell_blockers();
}

// The longest open transaction first. It is run as the extension's owner: MIG_OPEN_FOR and MIG_QUERY_TEXT hide what the
// caller ($2) may not see.
constexpr const char *blockers_sql =
    "SELECT format('process %s (%s, application %s%s)', pid,"
    " coalesce('user ' || usename::text, backend_type), coalesce(nullif(application_name, ''), 'unknown'),"
    " " MIG_OPEN_FOR("a", "$2::oid") "), " MIG_QUERY_TEXT(
        "a", "$2::oid") " FROM pg_stat_activity a WHERE pid = ANY ($1) ORDER BY xact_start";
struct BlockerColumn {
    enum : int { session, query };
};

} // namespace

LockWaitWatch::LockWaitWatch(std::string const &place) {
    pg::call<start>();
    waiting_place = &place;
}

LockWaitWatch::~LockWaitWatch() {
    waiting_place = nullptr;
    disable_timeout(timeout, false);
    switch_back();
}

pg::Watcher const LockWaitWatch::watcher{.on = watching, .lock_wait_logged = on_logged};

std::optional<AwaitedLock> last_awaited_lock() { return seen ? std::optional<AwaitedLock>(last) : std::nullopt; }

void forget_awaited_lock() noexcept { seen = 0; }

std::string blockers_of(AwaitedLock const &awaited) {
    constexpr std::size_t max_listed = 5;
    ScratchMemory const scratch("migrator blockers");
    AwaitedLock const *const lock = &awaited;
    Pids const pids = scratch.run([=] { return find_blockers(*lock); });
    if (pids.count == 0)
        return {};
    std::vector<Value> const list(pids.begin(), pids.end());
    std::int64_t const role = calling_role();
    AsOwner const owner;
    Rows const rows = query(blockers_sql, {Value::array(list), role}, Access::fresh);
    std::string text;
    for (std::size_t i = 0; i < std::min(rows.size(), max_listed); ++i)
        text.append(i == 0 ? "" : "; ")
            .append(rows.text(i, BlockerColumn::session))
            .append(": ")
            .append(quoted_excerpt(rows.text(i, BlockerColumn::query)));
    if (rows.size() > max_listed)
        text += "; and " + std::to_string(rows.size() - max_listed) + " more";
    return text;
}

} // namespace mig::server
