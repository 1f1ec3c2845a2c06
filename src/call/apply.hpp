// apply(), rollback() and rollback_to(), in the caller's transaction; their dry runs, and rehearse().
#pragma once

#include "call/plan_items.hpp"
#include "core/conflict/rehearsed.hpp"
#include "run/transaction_run.hpp"

namespace mig::server {

// The first error is thrown, after everything has been rolled back. A dry run executes too, in a subtransaction that is
// rolled back, and returns the error as the last outcome, or throws it if migrator.rehearsal_errors says so; a cancel
// is always thrown.
std::vector<Outcome> apply(std::string const &module, std::optional<std::string_view> target, bool dry_run,
                           Expected expected);
std::vector<Outcome> rollback(std::string const &module, std::int64_t n, bool dry_run);
std::vector<Outcome> rollback_to(std::string const &module, std::string_view target, bool dry_run);

// What a dry run of apply() sees, with a row for each statement, including those that apply() cannot run. The last row
// has the error, if there was one that is not thrown.
struct RehearsedPlan {
    std::vector<Rehearsed> rows;
    std::string plan_token;
};
RehearsedPlan rehearse(std::string const &module, std::optional<std::string_view> target);

} // namespace mig::server
