// Sleeping in a backend: cancel, termination and the end of the server wake it.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::server {

// `event` gives what pg_stat_activity.wait_event shows meanwhile, in a guarded frame. May return early.
void sleep_ms(long ms, std::uint32_t (*event)());

} // namespace mig::server
