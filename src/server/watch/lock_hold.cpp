#include "server/watch/lock_hold.hpp"

#include "bridge/compat.hpp"
#include "server/db/oid_set.hpp"
#include "server/db/settings.hpp"
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
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "utils/errcodes.h"
#include "utils/resowner.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
}

namespace mig::server {

namespace {

constexpr LOCKMASK strong = LOCKBIT_ON(ShareLock) | LOCKBIT_ON(ShareRowExclusiveLock) | LOCKBIT_ON(ExclusiveLock) |
                            LOCKBIT_ON(AccessExclusiveLock);
constexpr int again_ms = 100; // a body that catches the cancel gets another one
constexpr int tick_ms = 10;

// A signal handler and hooks have no other place for state.
OidSet exempt{};       // what this transaction made, and what its caller had locked before
bool tracking = false; // a run is under way
bool looking = false;  // a statement of it is
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
// `held` is what the statement under way takes a lock on first: held as soon as it does not wait for that.
volatile std::sig_atomic_t presumed = 0;
std::int64_t limit_us = 0;
std::uint64_t statement = 0;
const std::string *where = nullptr; // what is executed
std::string *taken_at = nullptr;    // where `held` was taken

// How far the list of own locks has been read: before it are none but strong locks, which are kept until the
// transaction ends, or part of it is undone. A weak one may become strong where it stands.
struct End {
    PROCLOCK const *lock;
    Oid relation;
};
End ends[NUM_LOCK_PARTITIONS];

void forget_ends() { std::fill(std::begin(ends), std::end(ends), End{}); }

bool of_user_relation(LOCKTAG const &tag) {
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

// Reads nothing but this session's own memory.
LOCKMASK strong_modes_held(Oid relation) {
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
    LOCKMASK mask = 0;
    for (LOCKMODE mode = ShareLock; mode <= AccessExclusiveLock; ++mode)
        if (pg::holds_lock(&tag, mode))
            mask |= LOCKBIT_ON(mode);
    return mask;
}

// Strong locks are in the shared lock table, never in the fast path. The last ones come first.
template <class Visitor>
void visit_new_locks(int partition, Visitor visitor) {
    End const end = ends[partition];
    End read = end;
    LWLock *const mutex = LockHashPartitionLockByIndex(partition);
    LWLockAcquire(mutex, LW_SHARED);
    for (PROCLOCK *one = pg::proclock_before(partition, nullptr); one; one = pg::proclock_before(partition, one)) {
        if (!of_user_relation(one->tag.myLock->tag))
            continue;
        if (one == end.lock && relation_of(one) == end.relation)
            break;
        if (!(one->holdMask & strong)) {
            read = end;
            continue;
        }
        if (read.lock == end.lock)
            read = {one, relation_of(one)};
        visitor(one);
    }
    LWLockRelease(mutex);
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

// One is enough, as long as it is held: it was the first.
void look() {
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

// In a signal handler: it copies memory, and no more. A lock that is given up meanwhile is memory of the server all the
// same.
bool waits_for_presumed() {
    LOCK const *const awaited = MyProc ? MyProc->waitLock : nullptr;
    return awaited && of_user_relation(awaited->tag) && awaited->tag.locktag_field2 == held.relation;
}

// In a signal handler: what the server's handler of SIGINT does.
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

void take_cancel_back() noexcept {
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

// Where code of ours runs anyway, in a statement and in those inside it: an ERROR may pass through.
void look_and_time() {
    Oid const known = presumed ? InvalidOid : held.relation;
    look();
    if (!OidIsValid(held.relation))
        stop_timer();
    else if (!timing || held.relation != known)
        start_timer(TimestampTzPlusMilliseconds(held.since, settings::max_lock_hold_ms()), again_ms);
}

// Between here and the end of the statement there may be nowhere to look: REINDEX, SET TABLESPACE, LOCK a, b.
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
    if (!looking)
        return;
    Node *const tree = utility.statement();
    pg::guarded([=] {
        look_and_time();
        presume(tree);
    });
}

void on_end(pg::Utility const &) {
    if (looking)
        pg::call<look_and_time>();
}

// In the middle of a statement: as a rule it has its locks by then, and what takes long is to come.
void on_access(pg::ObjectAccess const &access) {
    bool const created = access.kind == OAT_POST_CREATE && access.class_id == RelationRelationId && access.sub_id == 0;
    bool const looks = looking && access.kind != OAT_FUNCTION_EXECUTE && access.kind != OAT_NAMESPACE_SEARCH;
    if (!created && !looks)
        return;
    Oid const object = access.object;
    pg::guarded([=] {
        if (created)
            exempt.add(object);
        if (looks)
            look_and_time();
    });
}

bool on() noexcept { return tracking; }

void exempt_what_is_held() {
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

// Then what it made is there for others, and what it held is not held any more.
void on_transaction(XactEvent event, void *) {
    if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT)
        exempt.clear();
}

// Locks go at the end of a transaction, and when a subtransaction is undone (a block with EXCEPTION).
void on_release(ResourceReleasePhase phase, bool commit, bool top_level, void *) {
    if (phase != RESOURCE_RELEASE_AFTER_LOCKS || (commit && !top_level))
        return;
    forget_ends();
    if (!looking) {
        if (commit && !expired)
            held = {}; // else it is what explain() is to tell of
    } else if (!still_held()) {
        stop_timer();
        take_cancel_back();
        held = {};
    }
}

LockHoldTexts texts() {
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
    looking = settings::max_lock_hold_ms() > 0;
    if (looking)
        pg::call<look_and_time>();
}

void check() {
    if (!tracking || settings::max_lock_hold_ms() <= 0)
        return;
    // The statement has ended in the same moment: what counts is what is held now.
    stop_timer();
    take_cancel_back();
    pg::call<look_and_time>();
    note_place();
    if (too_long()) {
        LockHoldTexts const all = texts();
        throw Failure(sqlstate::lock_held_too_long, all.message, all.detail, all.hint);
    }
}

void pause() noexcept {
    looking = false;
    stop_timer();
    if (presumed && !still_held())
        held = {};
    presumed = 0;
    if (expired)
        QueryCancelPending = false; // explain() still asks whose cancel it was
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
    LockHoldTexts const all = texts();
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
    expired = 0;
    exempt.clear();
    pg::call<exempt_what_is_held>();
    tracking = true;
}

LockHoldWatch::~LockHoldWatch() {
    lock_hold::pause();
    tracking = false;
    delete std::exchange(taken_at, nullptr);
}

} // namespace mig::server
