#include "server/lock/lock_limit.hpp"

#include "server/db/settings.hpp"
#include "server/lock/lock_wait_watch.hpp"

extern "C" {
#include "storage/proc.h"
#include "utils/errcodes.h"
#include "utils/guc.h"
}

namespace mig::server {

namespace {

void set_lock_timeout(int ms, GucAction action) {
    std::string const value = std::to_string(ms);
    const char *const text = value.c_str();
    pg::guarded(
        [=] { (void) set_config_option("lock_timeout", text, PGC_USERSET, PGC_S_SESSION, action, true, 0, false); });
}

} // namespace

std::optional<int> lock_limit_ms(Directives const &directives) {
    if (directives.lock_timeout_ms)
        return directives.lock_timeout_ms;
    int const ms = settings::lock_timeout_ms();
    if (ms < 0 || (LockTimeout > 0 && !settings::lock_timeout_is_chosen()))
        return std::nullopt;
    return ms;
}

void limit_lock_waits(Directives const &directives, LimitScope scope) {
    forget_awaited_lock();
    if (std::optional<int> const ms = lock_limit_ms(directives))
        set_lock_timeout(*ms, scope == LimitScope::session ? GUC_ACTION_SET : GUC_ACTION_SAVE);
}

void lift_lock_limit(int own_ms) {
    forget_awaited_lock();
    set_lock_timeout(own_ms, GUC_ACTION_SET);
}

int lock_retries(Directives const &directives) { return directives.lock_retries.value_or(settings::lock_retries()); }

bool is_deadlock(pg::Error const &error) { return error.sqlstate() == ERRCODE_T_R_DEADLOCK_DETECTED; }

bool may_succeed_on_retry(pg::Error const &error) {
    return error.sqlstate() == ERRCODE_LOCK_NOT_AVAILABLE || is_deadlock(error);
}

std::string blockers() {
    std::optional<AwaitedLock> const awaited = last_awaited_lock();
    return awaited ? blockers_of(*awaited) : std::string();
}

void explain_lock_failure(pg::Error &error) {
    if (error.sqlstate() != ERRCODE_LOCK_NOT_AVAILABLE)
        return;
    if (std::string const sessions = blockers(); !sessions.empty())
        error.add_detail("Blocked by " + sessions);
}

} // namespace mig::server
