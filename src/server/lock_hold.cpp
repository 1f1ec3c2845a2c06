#include "server/lock_hold.hpp"

#include "bridge/boundary.hpp"
#include "bridge/compat.hpp"
#include "core/text.hpp"
#include "server/oid_set.hpp"
#include "server/settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

extern "C" {
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/errcodes.h"
#include "utils/lsyscache.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

constexpr LOCKMASK strong = LOCKBIT_ON(ShareLock) | LOCKBIT_ON(ShareRowExclusiveLock) | LOCKBIT_ON(ExclusiveLock) |
                            LOCKBIT_ON(AccessExclusiveLock);

// A signal handler and hooks have no other place for state.
OidSet exempt{};                      // what this transaction made, and what its caller had locked before
bool tracking = false;                // a run is under way
volatile std::sig_atomic_t armed = 0; // a statement of it is
volatile std::sig_atomic_t expired = 0;
TimeoutId timeout = MAX_TIMEOUTS; // not registered yet
int ticking_every = 0;            // ms; 0: not at all
object_access_hook_type next_access = nullptr;

struct Held {
    Oid relation;
    LOCKMODE mode;
    TimestampTz since;
    std::uint64_t statement; // in which it was first seen
};
Held held{};
std::uint64_t statement = 0;
TimestampTz last_cancel = 0;
const std::string *where = nullptr; // what is executed
std::string *taken_at = nullptr;    // where `held` was taken

enum class Wait : bool { no, yes };

bool counts(PROCLOCK const *lock) {
    LOCKTAG const &tag = lock->tag.myLock->tag;
    return (lock->holdMask & strong) && tag.locktag_type == LOCKTAG_RELATION &&
           tag.locktag_lockmethodid == DEFAULT_LOCKMETHOD && tag.locktag_field1 == MyDatabaseId &&
           tag.locktag_field2 >= FirstNormalObjectId && !exempt.contains(tag.locktag_field2);
}

LOCKMODE strongest(LOCKMASK mask) {
    LOCKMODE mode = MaxLockMode;
    while (mode > NoLock && !(mask & LOCKBIT_ON(mode)))
        --mode;
    return mode;
}

// Strong locks are in the shared lock table, never in the fast path. The visitor returns false to stop. False: the
// table was busy.
template <class Visitor>
bool visit_own_locks(Wait wait, Visitor visitor) {
    for (int partition = 0; partition < NUM_LOCK_PARTITIONS; ++partition) {
        LWLock *const mutex = LockHashPartitionLockByIndex(partition);
        if (wait == Wait::yes)
            LWLockAcquire(mutex, LW_SHARED);
        else if (!LWLockConditionalAcquire(mutex, LW_SHARED))
            return false;
        bool go_on = true;
        for (PROCLOCK *one = pg::proclock_before(partition, nullptr); one && go_on;
             one = pg::proclock_before(partition, one))
            go_on = visitor(one);
        LWLockRelease(mutex);
        if (!go_on)
            break;
    }
    return true;
}

// The one that is known as long as it is held, because it was the first.
bool look(Wait wait) {
    Held found{};
    bool const complete = visit_own_locks(wait, [&](PROCLOCK const *lock) {
        if (!counts(lock))
            return true;
        Oid const relation = lock->tag.myLock->tag.locktag_field2;
        if (relation == held.relation || !OidIsValid(found.relation))
            found = {relation, strongest(lock->holdMask), 0, 0};
        return relation != held.relation;
    });
    if (!complete)
        return false;
    if (OidIsValid(found.relation) && found.relation == held.relation) {
        held.mode = found.mode;
        return true;
    }
    held = found;
    held.since = GetCurrentTimestamp();
    held.statement = statement;
    return true;
}

std::int64_t held_ms() { return OidIsValid(held.relation) ? (GetCurrentTimestamp() - held.since) / 1000 : 0; }

bool too_long() {
    int const limit = settings::max_lock_hold_ms();
    return limit > 0 && OidIsValid(held.relation) && held_ms() >= limit;
}

// In a signal handler. Every LWLock that is held, or about to be, holds interrupts off: with none held off but by the
// server's own handler, around this, the lock table can be read; it is not waited for.
void tick() {
    if (!armed || !MyProc || proc_exit_inprogress || InterruptHoldoffCount != 1 || CritSectionCount != 0 ||
        !exempt.readable())
        return;
    if (!look(Wait::no) || !too_long())
        return;
    // A body that catches the cancel gets another one; whoever cleans up after the first is left alone.
    TimestampTz const now = GetCurrentTimestamp();
    if (now - last_cancel < 100'000)
        return;
    last_cancel = now;
    expired = 1;
    InterruptPending = true;
    QueryCancelPending = true;
    SetLatch(MyLatch);
}

void stop_ticking() noexcept {
    if (ticking_every > 0)
        disable_timeout(timeout, false);
    ticking_every = 0;
}

void tick_every(int ms) {
    if (timeout == MAX_TIMEOUTS)
        timeout = RegisterTimeout(USER_TIMEOUT, tick);
    if (ticking_every == ms)
        return;
    stop_ticking();
    enable_timeout_every(timeout, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), ms), ms);
    ticking_every = ms;
}

void note_place() noexcept {
    if (held.statement != statement || !where || !taken_at)
        return;
    try {
        *taken_at = *where;
    } catch (std::bad_alloc const &) {
        taken_at->clear();
    }
}

void on_access(ObjectAccessType access, Oid class_id, Oid object, int sub_id, void *argument) {
    if (tracking && access == OAT_POST_CREATE && class_id == RelationRelationId && sub_id == 0)
        exempt.add(object);
    if (next_access)
        next_access(access, class_id, object, sub_id, argument);
}

void exempt_what_is_held() {
    int count = 0;
    (void) visit_own_locks(Wait::yes, [&](PROCLOCK const *) { return ++count, true; });
    auto *const relations = static_cast<Oid *>(palloc(sizeof(Oid) * static_cast<Size>(count + 1)));
    int found = 0;
    (void) visit_own_locks(Wait::yes, [&](PROCLOCK const *lock) {
        if (counts(lock) && found < count)
            relations[found++] = lock->tag.myLock->tag.locktag_field2;
        return true;
    });
    for (int i = 0; i < found; ++i)
        exempt.add(relations[i]);
    pfree(relations);
}

// Then what it made is there for others, and what it held is not held any more.
void on_transaction(XactEvent event, void *) {
    if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT)
        return;
    exempt.clear();
    if (event == XACT_EVENT_COMMIT && !expired)
        held = {}; // else it is what explain() is to tell of
}

// --- what is said of it --------------------------------------------------------------------------------------------

// Of an index or a TOAST table: what it belongs to.
Oid table_of(Oid relation) {
    if (get_rel_relkind(relation) == RELKIND_INDEX)
        return IndexGetRelation(relation, true);
    const char *const name = get_rel_name(relation);
    if (name && get_rel_namespace(relation) == PG_TOAST_NAMESPACE && std::strncmp(name, "pg_toast_", 9) == 0)
        return static_cast<Oid>(std::strtoul(name + 9, nullptr, 10));
    return relation;
}

const char *name_of(Oid relation) {
    Oid const table = table_of(relation);
    const char *const name = OidIsValid(table) ? get_rel_name(table) : nullptr;
    return name ? quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), name)
                : psprintf("relation %u", relation);
}

struct Texts {
    std::string message, detail, hint;
};

Texts texts() {
    Held const lock = held;
    std::string const name = pg::guarded([=] { return name_of(lock.relation); });
    std::string const place = taken_at && !taken_at->empty() ? ", since " + *taken_at : std::string();
    return {
        "the migration has kept others from " + name + " for longer than migrator.max_lock_hold",
        "It has held " + std::string(GetLockmodeName(DEFAULT_LOCKMETHOD, lock.mode)) + place + "; the limit is " +
            milliseconds(settings::max_lock_hold_ms()) + ".",
        "Move what takes long (a backfill, a validation, an index) into a migration of its own, which takes no such "
        "lock: NOT VALID and then VALIDATE CONSTRAINT, CREATE INDEX CONCURRENTLY. With apply(), every lock is held "
        "until the last migration has run: CALL migrator.apply_each() instead. Or raise migrator.max_lock_hold before "
        "the call."};
}

} // namespace

namespace lock_hold {

void install() {
    pg::guarded([] { RegisterXactCallback(on_transaction, nullptr); });
    next_access = object_access_hook;
    object_access_hook = on_access;
}

void begin(std::string const &place) {
    if (!tracking)
        return;
    where = &place;
    ++statement;
    int const limit = settings::max_lock_hold_ms();
    if (limit > 0)
        pg::guarded([=] { tick_every(std::clamp(limit / 4, 1, 10)); });
    else
        stop_ticking();
    armed = limit > 0;
}

void check() {
    if (!tracking || settings::max_lock_hold_ms() <= 0)
        return;
    // The statement has ended in the same moment: what counts is what is held now.
    armed = 0;
    if (expired)
        QueryCancelPending = false;
    expired = 0;
    pg::guarded([] { (void) look(Wait::yes); });
    note_place();
    if (too_long()) {
        Texts const all = texts();
        throw Failure(sqlstate::lock_held_too_long, all.message, all.detail, all.hint);
    }
    armed = ticking_every > 0;
}

void pause() noexcept {
    armed = 0;
    if (expired)
        QueryCancelPending = false;
    note_place();
    where = nullptr;
}

void end() {
    check();
    pause();
}

void explain(pg::Error &error) {
    if (!expired || error.sqlstate() != ERRCODE_QUERY_CANCELED)
        return;
    expired = 0;
    Texts const all = texts();
    const char *const state = sqlstate::lock_held_too_long;
    error.set_sqlstate(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]));
    error.set_message(all.message);
    error.add_detail(all.detail);
    error.set_hint(all.hint);
}

} // namespace lock_hold

LockHoldWatch::LockHoldWatch() {
    taken_at = new std::string;
    held = {};
    last_cancel = 0;
    exempt.clear();
    pg::call<exempt_what_is_held>();
    tracking = true;
}

LockHoldWatch::~LockHoldWatch() {
    lock_hold::pause();
    stop_ticking();
    tracking = false;
    delete std::exchange(taken_at, nullptr);
}

} // namespace mig::server
