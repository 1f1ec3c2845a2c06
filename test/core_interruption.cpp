// What core/base/interruption.hpp is in the unit tests and the fuzzers: each check is counted, and may end the call.
#include "core_interruption.hpp"

namespace mig {

namespace interrupt_checks {
std::size_t count = 0, end_at = 0;
} // namespace interrupt_checks

void check_for_interrupts() {
    if (++interrupt_checks::count == interrupt_checks::end_at)
        throw interrupt_checks::Ended();
}

} // namespace mig
