// The migrator.* settings.
#pragma once

#include "core/plan.hpp"

namespace mig::server::settings {

void define(); // once, from _PG_init()

int lock_wait_ms() noexcept;
int lock_timeout_ms() noexcept; // -1: the session's own lock_timeout holds
int lock_retries() noexcept;
int statement_timeout_ms() noexcept;     // 0: none
int rehearse_lock_timeout_ms() noexcept; // 0: the other limits hold
int rehearse_timeout_ms() noexcept;      // 0: none
bool rehearse_all_locks() noexcept;
int max_rewrite_kb() noexcept;   // -1: no limit
int max_lock_hold_ms() noexcept; // 0: none
OutOfOrder out_of_order() noexcept;
enum class OnHazard : unsigned char { ignore, warn, error };
OnHazard on_hazard() noexcept; // what apply() does about the findings of lint()
// Roles whose bodies a superuser runs too, as they are spelled in the catalog; `*`: everybody.
std::vector<std::string> trusted_loaders();

} // namespace mig::server::settings
