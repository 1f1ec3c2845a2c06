#include "server/session/statement_timer.hpp"

#include "bridge/guard.hpp"

#include <csignal>

extern "C" {
#include "storage/latch.h"
#include "utils/timeout.h"
}

namespace mig::server {

namespace {

// A signal handler has no other place for state.
template <TimeLimit Of>
volatile std::sig_atomic_t expired = 0;
template <TimeLimit Of>
TimeoutId timeout = MAX_TIMEOUTS; // not registered yet

// What the server's handler of SIGINT does.
template <TimeLimit Of>
void cancel() {
    expired<Of> = 1;
    InterruptPending = true;
    QueryCancelPending = true;
    SetLatch(MyLatch);
}

template <TimeLimit Of>
void start(int ms) {
    if (timeout<Of> == MAX_TIMEOUTS)
        timeout<Of> = RegisterTimeout(USER_TIMEOUT, cancel<Of>);
    expired<Of> = 0;
    enable_timeout_after(timeout<Of>, ms);
}

} // namespace

template <TimeLimit Of>
CancelTimer<Of>::CancelTimer(int ms) : limited_(ms > 0), running_(limited_) {
    if (running_)
        pg::guarded([=] { start<Of>(ms); });
}

template <TimeLimit Of>
void CancelTimer<Of>::stop() noexcept {
    if (!running_)
        return;
    running_ = false;
    disable_timeout(timeout<Of>, false);
    // What it was for has ended in the same moment: the cancel is not for what comes next.
    if (expired<Of>)
        QueryCancelPending = false;
}

template <TimeLimit Of>
bool CancelTimer<Of>::fired() const noexcept {
    return limited_ && expired<Of>;
}

template class CancelTimer<TimeLimit::of_statement>;
template class CancelTimer<TimeLimit::of_rehearsal>;

} // namespace mig::server
