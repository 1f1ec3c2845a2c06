#include "server/session/statement_timer.hpp"

#include "bridge/guard.hpp"

#include <csignal>

extern "C" {
#include "storage/latch.h"
#include "utils/timeout.h"
}

namespace mig::server {

namespace {

// Globals, because a signal handler carries no private data.
template <TimeLimit Limit>
volatile std::sig_atomic_t expired = 0;
template <TimeLimit Limit>
TimeoutId timeout = MAX_TIMEOUTS; // not registered yet

// As the server's handler of SIGINT does, StatementCancelHandler().
template <TimeLimit Limit>
void cancel() {
    expired<Limit> = 1;
    InterruptPending = true;
    QueryCancelPending = true;
    SetLatch(MyLatch);
}

template <TimeLimit Limit>
void start(int ms) {
    if (timeout<Limit> == MAX_TIMEOUTS)
        timeout<Limit> = RegisterTimeout(USER_TIMEOUT, cancel<Limit>);
    expired<Limit> = 0;
    enable_timeout_after(timeout<Limit>, ms);
}

} // namespace

template <TimeLimit Limit>
CancelTimer<Limit>::CancelTimer(int ms) : limited_(ms > 0), running_(limited_) {
    if (running_)
        pg::guarded([=] { start<Limit>(ms); });
}

template <TimeLimit Limit>
void CancelTimer<Limit>::stop() noexcept {
    if (!running_)
        return;
    running_ = false;
    disable_timeout(timeout<Limit>, false);
    // It may have expired just as what it limits ended: the cancel must not hit what comes next.
    if (expired<Limit>)
        QueryCancelPending = false;
}

template <TimeLimit Limit>
bool CancelTimer<Limit>::fired() const noexcept {
    return limited_ && expired<Limit>;
}

template class CancelTimer<TimeLimit::statement>;
template class CancelTimer<TimeLimit::rehearsal>;

} // namespace mig::server
