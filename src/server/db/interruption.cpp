// What core/base/interruption.hpp is in the server.
#include "core/base/interruption.hpp"

#include "bridge/guard.hpp"

extern "C" {
#include "miscadmin.h"
}

namespace mig {

void look_for_interrupts() {
    if (InterruptPending) // else the guard would cost more than most items
        pg::check_for_interrupts();
}

} // namespace mig
