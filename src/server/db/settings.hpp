// The migrator.* settings. A migration must not change what judges or limits it: a run uses the values that were set
// when it began, whatever a body sets.
#pragma once

#include "core/plan/plan.hpp"

namespace mig::server::settings {

void define(); // called once, from _PG_init()

// Holds the values fixed for a run, while it lives. Nested ones have no effect.
class [[nodiscard]] HeldForRun {
  public:
    HeldForRun() noexcept;
    ~HeldForRun();
    HeldForRun(HeldForRun const &) = delete;
    HeldForRun &operator=(HeldForRun const &) = delete;

  private:
    bool const outer_;
};

int lock_wait_ms() noexcept;
int lock_timeout_ms() noexcept;         // -1: the session's lock_timeout applies
bool lock_timeout_is_chosen() noexcept; // somebody has set it: it is not the default
int lock_retries() noexcept;
int statement_timeout_ms() noexcept;     // 0: none
int rehearse_lock_timeout_ms() noexcept; // 0: only the other limits apply
int rehearse_timeout_ms() noexcept;      // 0: none
bool rehearse_all_locks() noexcept;
enum class RehearsalErrors : unsigned char { report, raise };
RehearsalErrors rehearsal_errors() noexcept;
int max_rewrite_kb() noexcept;   // -1: no limit
int max_lock_hold_ms() noexcept; // 0: none
OutOfOrder out_of_order() noexcept;
enum class OnHazard : unsigned char { ignore, warn, error };
OnHazard on_hazard() noexcept; // what apply() does about the findings of lint()
enum class OnConflict : unsigned char { ignore, warn, error };
OnConflict on_conflict() noexcept; // what report() and apply() do about conflicts
// Roles whose migrations a superuser runs although they are not superusers, spelled as in the catalog; `*`: any role.
std::vector<std::string> trusted_loaders();

} // namespace mig::server::settings
