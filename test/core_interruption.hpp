// How often core has looked for interrupts, and an interrupt for it to find.
#pragma once

#include "core/base/interruption.hpp"

#include <cstddef>

namespace mig::interrupt_checks {

struct Ended {};

extern std::size_t count, end_at; // the check that throws Ended; 0: none does

} // namespace mig::interrupt_checks
