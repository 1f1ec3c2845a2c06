#include "server/watch/lock_hold.hpp"

#include "bridge/compat.hpp"
#include "server/db/oid_set.hpp"
#include "server/db/settings.hpp"
#include "server/lock/lock_table.hpp"
#include "server/parse/first_lock.hpp"
#include "server/watch/lock_hold_texts.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>

extern "C" {
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_class.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/errcodes.h"
#include "utils/resowner.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

// All that conflict with RowExclusiveLock, which INSERT, UPDATE and DELETE take ("Explicit Locking" in the manual).
constexpr LOCKMASK strong = LOCKBIT_ON(ShareLock) | LOCKBIT_ON(ShareRowExclusiveLock) | LOCKBIT_ON(ExclusiveLock) |
                            LOCKBIT_ON(AccessExclusiveLock);
constexpr int again_ms = 100; // a body that catches the cancel gets another one
constexpr int tick_ms = 10;

// Globals, because a signal handler and hooks carry no private data.
OidSet exempt{};       // created by this transaction, or locked by its caller before
bool tracking = false; // a run is under way
bool watching = false; // one of its statements is, and there is a limit
volatile std::sig_atomic_t expired = 0;
TimeoutId timeout = MAX_TIMEOUTS; // not registered yet
bool timing = false;

struct Held {
    Oid relation;
    LOCKMODE mode;
    TimestampTz since;
    std::uint64_t statement; // in which it was first seen
};
Held held{};
// `held` is what the current statement is known to lock first: it counts as held while the statement does not wait for
// it.
volatile std::sig_atomic_t presumed = 0;
std::int64_t limit_us = 0;
std::uint64_t statement = 0;
const std::string *where = nullptr; // what is being executed
std::string *taken_at = nullptr;    // where `held` was taken

// How far each partition's list of our locks has been read. Up to that point there are only strong locks, which are
// kept until the transaction ends or a part of it is rolled back. A weak lock is never passed: it can become strong in
// place.
struct End {
    PROCLOCK const *lock;
    Oid relation;
};
End ends[NUM_LOCK_PARTITIONS];

void forget_ends() { std::fill(std::begin(ends), std::end(ends), End{}); }

bool is_user_relation(LOCKTAG const &tag) {
    return tag.locktag_type == LOCKTAG_RELATION && tag.locktag_lockmethodid == DEFAULT_LOCKMETHOD &&
           tag.locktag_field1 == MyDatabaseId && tag.locktag_field2 >= FirstNormalObjectId;
}

Oid relation_of(PROCLOCK const *lock) { return lock->tag.myLock->tag.locktag_field2; }

LOCKMODE strongest(LOCKMASK mask) {
    LOCKMODE mode = MaxLockMode;
    while (mode > NoLock && !(mask & LOCKBIT_ON(mode)))
        --mode;
    return mode;
}

// Reads only this session's local lock table. No LWLock is taken: LockHeldByMe().
LOCKMASK strong_modes_held(Oid relation) {
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
    LOCKMASK mask = 0;
    for (LOCKMODE mode = ShareLock; mode <= AccessExclusiveLock; ++mode)
        if (pg::holds_lock(&tag, mode))
            mask |= LOCKBIT_ON(mode);
    return mask;
}

// Strong locks are in the shared lock table, never in the fast path, which is for modes below ShareUpdateExclusiveLock
// (EligibleForRelationFastPath() in lock.c). The newest come first.
template <class Visitor>
void visit_new_locks(int partition, Visitor visitor) {
    End const end = ends[partition];
    End read = end;
    visit_own_locks_pg(partition, [&](PROCLOCK &lock) {
        if (!is_user_relation(lock.tag.myLock->tag))
            return true;
        if (&lock == end.lock && relation_of(&lock) == end.relation)
            return false;
        if (!(lock.holdMask & strong)) {
            read = end;
            return true;
        }
        if (read.lock == end.lock)
            read = {&lock, relation_of(&lock)};
        visitor(&lock);
        return true;
    });
    ends[partition] = read;
}

template <class Visitor>
void visit_new_locks(Visitor visitor) {
    for (int partition = 0; partition < NUM_LOCK_PARTITIONS; ++partition)
        visit_new_locks(partition, visitor);
}

bool still_held() {
    if (!OidIsValid(held.relation) || exempt.contains(held.relation))
        return false;
    LOCKMASK const modes = strong_modes_held(held.relation);
    held.mode = modes ? strongest(modes) : held.mode;
    return modes != 0;
}

// As long as the lock that was found first is held, no other need be looked for.
void update_held() {
    presumed = 0;
    if (still_held())
        return;
    if (OidIsValid(held.relation))
        forget_ends();
    held = {};
    visit_new_locks([](PROCLOCK const *lock) {
        if (!OidIsValid(held.relation) && !exempt.contains(relation_of(lock)))
            held = {relation_of(lock), strongest(lock->holdMask), GetCurrentTimestamp(), statement};
    });
}

std::int64_t held_ms() { return OidIsValid(held.relation) ? (GetCurrentTimestamp() - held.since) / 1000 : 0; }

bool too_long() {
    int const limit = settings::max_lock_hold_ms();
    return limit > 0 && OidIsValid(held.relation) && held_ms() >= limit;
}

// Runs in a signal handler, and only reads memory. A LOCK that is released meanwhile is still in shared memory.
// ProcSleep() sets waitLock, and whoever wakes this session resets it.
bool waits_for_presumed() {
    LOCK const *const awaited = MyProc ? MyProc->waitLock : nullptr;
    return awaited && is_user_relation(awaited->tag) && awaited->tag.locktag_field2 == held.relation;
}

// Runs in a signal handler. Cancels as the server's handler of SIGINT does, StatementCancelHandler().
void expire() {
    if (presumed) {
        TimestampTz const now = GetCurrentTimestamp();
        if (waits_for_presumed())
            held.since = now;
        if (now - held.since < limit_us)
            return;
    }
    expired = 1;
    InterruptPending = true;
    QueryCancelPending = true;
    SetLatch(MyLatch);
}

void stop_timer() noexcept {
    if (timing)
        disable_timeout(timeout, false);
    timing = false;
}

void withdraw_cancel() noexcept {
    if (expired)
        QueryCancelPending = false;
    expired = 0;
}

void start_timer(TimestampTz at, int every_ms) {
    if (timeout == MAX_TIMEOUTS)
        timeout = RegisterTimeout(USER_TIMEOUT, expire);
    limit_us = std::int64_t{settings::max_lock_hold_ms()} * 1000;
    enable_timeout_every(timeout, std::max(at, GetCurrentTimestamp() + 1), every_ms);
    timing = true;
}

// Called where code of ours runs anyway, in a statement and in those inside it. It may raise an ERROR.
void update_held_and_timer() {
    Oid const known = presumed ? InvalidOid : held.relation;
    update_held();
    if (!OidIsValid(held.relation))
        stop_timer();
    else if (!timing || held.relation != known)
        start_timer(TimestampTzPlusMilliseconds(held.since, settings::max_lock_hold_ms()), again_ms);
}

// Some statements call no hook between their first lock and their end: REINDEX, SET TABLESPACE, LOCK a, b. A wait for
// that lock does not count: expire() moves the start as long as it sees one.
void presume(Node *utility) {
    Oid const relation = OidIsValid(held.relation) ? InvalidOid : first_strongly_locked_pg(utility);
    if (!OidIsValid(relation) || relation < FirstNormalObjectId || exempt.contains(relation))
        return;
    held = {relation, ShareLock, GetCurrentTimestamp(), statement};
    presumed = 1;
    start_timer(TimestampTzPlusMilliseconds(held.since, tick_ms), tick_ms);
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

void on_begin(pg::Utility const &utility) {
    if (!watching)
        return;
    Node *const tree = utility.statement();
    pg::guarded([=] {
        update_held_and_timer();
        presume(tree);
    });
}

void on_end(pg::Utility const &) {
    if (watching)
        pg::call<update_held_and_timer>();
}

// In the middle of a statement: as a rule it has taken its locks by then, and its slow part is still to come.
void on_access(pg::ObjectAccess const &access) {
    bool const created = access.kind == OAT_POST_CREATE && access.class_id == RelationRelationId && access.sub_id == 0;
    bool const watched = watching && access.kind != OAT_FUNCTION_EXECUTE && access.kind != OAT_NAMESPACE_SEARCH;
    if (!created && !watched)
        return;
    Oid const object = access.object;
    pg::guarded([=] {
        if (created)
            exempt.add(object);
        if (watched)
            update_held_and_timer();
    });
}

bool on() noexcept { return tracking; }

// Counts first, so that nothing is allocated while a lock partition's LWLock is held.
void exempt_held_locks() {
    forget_ends();
    int count = 0;
    visit_new_locks([&](PROCLOCK const *) { ++count; });
    auto *const relations = static_cast<Oid *>(palloc(sizeof(Oid) * static_cast<Size>(count + 1)));
    forget_ends();
    int found = 0;
    visit_new_locks([&](PROCLOCK const *lock) {
        if (found < count)
            relations[found++] = relation_of(lock);
    });
    for (int i = 0; i < found; ++i)
        exempt.add(relations[i]);
    pfree(relations);
}

// From then on nothing is held any more, and others can see what was created.
void on_transaction(XactEvent event, void *) {
    if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT)
        exempt.clear();
}

// Locks are released at the end of a transaction, and when a subtransaction is rolled back (a block with EXCEPTION). It
// is called for portals as well, with `commit` and not `top_level`: their locks pass to the parent
// (LockReassignCurrentOwner()).
void on_release(ResourceReleasePhase phase, bool commit, bool top_level, void *) {
    if (phase != RESOURCE_RELEASE_AFTER_LOCKS || (commit && !top_level))
        return;
    forget_ends();
    if (!watching) {
        if (commit && !expired)
            held = {}; // else explain() still needs it
    } else if (!still_held()) {
        stop_timer();
        withdraw_cancel();
        held = {};
    }
}

LockHoldTexts failure_texts() {
    return lock_hold_texts(held.relation, held.mode, taken_at ? *taken_at : std::string(),
                           settings::max_lock_hold_ms());
}

void install() {
    pg::guarded([] {
        RegisterXactCallback(on_transaction, nullptr);
        RegisterResourceReleaseCallback(on_release, nullptr);
    });
}

} // namespace

namespace lock_hold {

pg::Watcher const watcher{
    .on = on, .install = install, .utility_begins = on_begin, .utility_ended = on_end, .object_accessed = on_access};

void begin(std::string const &place) {
    if (!tracking)
        return;
    where = &place;
    ++statement;
    watching = settings::max_lock_hold_ms() > 0;
    if (watching)
        pg::call<update_held_and_timer>();
}

void check() {
    if (!tracking || settings::max_lock_hold_ms() <= 0)
        return;
    // The timer may have expired just as the statement ended: what counts is what is held now.
    stop_timer();
    withdraw_cancel();
    pg::call<update_held_and_timer>();
    note_place();
    if (too_long()) {
        LockHoldTexts const texts = failure_texts();
        throw Failure(sqlstate::lock_held_too_long, texts.message, texts.detail, texts.hint);
    }
}

void pause() noexcept {
    watching = false;
    stop_timer();
    if (presumed && !still_held())
        held = {};
    presumed = 0;
    if (expired)
        QueryCancelPending = false; // `expired` stays: explain() asks whose cancel it was
    note_place();
    where = nullptr;
}

void end() {
    check();
    pause();
}

void explain(pg::Error &error) {
    if (!expired || !OidIsValid(held.relation) || error.sqlstate() != ERRCODE_QUERY_CANCELED)
        return;
    expired = 0;
    LockHoldTexts const texts = failure_texts();
    const char *const state = sqlstate::lock_held_too_long;
    error.set_sqlstate(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]));
    error.set_message(texts.message);
    error.add_detail(texts.detail);
    error.set_hint(texts.hint);
}

} // namespace lock_hold

LockHoldWatch::LockHoldWatch() {
    taken_at = new std::string;
    held = {};
    expired = 0;
    exempt.clear();
    pg::call<exempt_held_locks>();
    tracking = true;
}

LockHoldWatch::~LockHoldWatch() {
    lock_hold::pause();
    tracking = false;
    delete std::exchange(taken_at, nullptr);
}

} // namespace mig::server
