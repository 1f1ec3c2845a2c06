// Implements core/base/interruption.hpp for the server.
#include "core/base/interruption.hpp"

#include "bridge/guard.hpp"

extern "C" {
#include "miscadmin.h"
}

namespace mig {

void check_for_interrupts() {
    if (InterruptPending) // tested here, because the guard costs more than most items
        pg::check_for_interrupts();
}

} // namespace mig
