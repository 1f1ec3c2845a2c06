#include "server/lock/lock_limit.hpp"

#include "server/db/settings.hpp"
#include "server/lock/lock_wait_watch.hpp"

extern "C" {
#include "utils/errcodes.h"
#include "utils/guc.h"
}

namespace mig::server {

void limit_lock_waits(Directives const &directives, LimitScope scope) {
    forget_awaited_lock();
    int const ms = directives.lock_timeout_ms.value_or(settings::lock_timeout_ms());
    if (ms < 0)
        return;
    std::string const value = std::to_string(ms);
    const char *const text = value.c_str();
    GucAction const action = scope == LimitScope::session ? GUC_ACTION_SET : GUC_ACTION_SAVE;
    pg::guarded(
        [=] { (void) set_config_option("lock_timeout", text, PGC_USERSET, PGC_S_SESSION, action, true, 0, false); });
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
