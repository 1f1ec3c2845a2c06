#include "server/db/nap.hpp"

#include "bridge/guard.hpp"

extern "C" {
#include "storage/latch.h"
}

namespace mig::server {

void sleep_ms(long ms, std::uint32_t (*event)()) {
    pg::guarded([=] {
        (void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ms, event());
        ResetLatch(MyLatch);
        CHECK_FOR_INTERRUPTS();
    });
}

} // namespace mig::server
