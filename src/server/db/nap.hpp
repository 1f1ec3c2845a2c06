// Sleeping in a backend. Cancel, termination and the end of the postmaster wake it up.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::server {

// `event` is called in a guarded frame, and returns what pg_stat_activity.wait_event shows meanwhile. May return early.
void sleep_ms(long ms, std::uint32_t (*event)());

} // namespace mig::server
