// The migrator.* settings. What judges or limits a migration is not the migration's to change: a run goes by the values
// with which it began, whatever a body sets.
#pragma once

#include "core/plan/plan.hpp"

namespace mig::server::settings {

void define(); // once, from _PG_init()

// From the start of a run to its end, on every way out; one inside another changes nothing.
class [[nodiscard]] ForRun {
  public:
    ForRun() noexcept;
    ~ForRun();
    ForRun(ForRun const &) = delete;
    ForRun &operator=(ForRun const &) = delete;

  private:
    bool const outer_;
};

int lock_wait_ms() noexcept;
int lock_timeout_ms() noexcept; // -1: the session's own lock_timeout holds
int lock_retries() noexcept;
int statement_timeout_ms() noexcept;     // 0: none
int rehearse_lock_timeout_ms() noexcept; // 0: the other limits hold
int rehearse_timeout_ms() noexcept;      // 0: none
bool rehearse_all_locks() noexcept;
enum class RehearsalErrors : unsigned char { report, raise };
RehearsalErrors rehearsal_errors() noexcept;
int max_rewrite_kb() noexcept;   // -1: no limit
int max_lock_hold_ms() noexcept; // 0: none
OutOfOrder out_of_order() noexcept;
enum class OnHazard : unsigned char { ignore, warn, error };
OnHazard on_hazard() noexcept; // what apply() does about the findings of lint()
// Roles whose bodies a superuser runs too, as they are spelled in the catalog; `*`: everybody.
std::vector<std::string> trusted_loaders();

} // namespace mig::server::settings
