// The migrator.* settings.
#pragma once

#include "core/plan.hpp"

namespace mig::server::settings {

void define(); // once, from _PG_init()

int lock_wait_ms() noexcept;
OutOfOrder out_of_order() noexcept;

} // namespace mig::server::settings
