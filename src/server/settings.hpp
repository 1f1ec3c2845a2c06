// The migrator.* settings.
#pragma once

#include "core/plan.hpp"

namespace mig::server::settings {

void define(); // once, from _PG_init()

int lock_wait_ms() noexcept;
int lock_timeout_ms() noexcept; // -1: the session's own lock_timeout holds
int lock_retries() noexcept;
int statement_timeout_ms() noexcept; // 0: none
int max_rewrite_kb() noexcept;       // -1: no limit
int max_lock_hold_ms() noexcept;
OutOfOrder out_of_order() noexcept;

} // namespace mig::server::settings
