#include "server/statement_timer.hpp"

#include "bridge/guard.hpp"

#include <csignal>

extern "C" {
#include "storage/latch.h"
#include "utils/timeout.h"
}

namespace mig::server {

namespace {

// A signal handler has no other place for state.
volatile std::sig_atomic_t expired = 0;
TimeoutId timeout = MAX_TIMEOUTS; // not registered yet

// What the server's handler of SIGINT does.
void cancel() {
    expired = 1;
    InterruptPending = true;
    QueryCancelPending = true;
    SetLatch(MyLatch);
}

void start(int ms) {
    if (timeout == MAX_TIMEOUTS)
        timeout = RegisterTimeout(USER_TIMEOUT, cancel);
    expired = 0;
    enable_timeout_after(timeout, ms);
}

} // namespace

StatementTimer::StatementTimer(int ms) : running_(ms > 0) {
    if (running_)
        pg::guarded([=] { start(ms); });
}

StatementTimer::~StatementTimer() {
    if (!running_)
        return;
    disable_timeout(timeout, false);
    // The statement has ended in the same moment: the cancel is not for what comes next.
    if (expired)
        QueryCancelPending = false;
}

bool StatementTimer::fired() const noexcept { return running_ && expired; }

} // namespace mig::server
