// Runs migrations in the caller's transaction: what apply(), rollback() and rollback_to() do.
#pragma once

#include "core/conflict/rehearsed.hpp"
#include "server/db/settings.hpp"
#include "server/prepare/steps.hpp"

#include <optional>

namespace mig::server {

struct Outcome {
    std::string version, name;
    const char *status; // applied, rolled_back, skipped, failed
    double execution_time_ms;
    std::optional<std::string> error;
};

struct Request {
    std::string module;
    bool dry_run = false;
    bool everything = false;                // apply() without a target
    // What a dry run does about a migration that fails.
    settings::RehearsalErrors errors = settings::RehearsalErrors::report;
    std::vector<Rehearsed> *rows = nullptr; // of a dry run: every statement, also of what apply() cannot hold
};

// All in the caller's transaction: the first error is thrown, and takes everything back. A dry run executes too, in a
// subtransaction that is rolled back, and returns the error as the last outcome, or throws it where the request says so;
// a cancel is always thrown.
std::vector<Outcome> apply(Request const &request, std::optional<std::string_view> target);
std::vector<Outcome> rollback(Request const &request, std::int64_t n);
std::vector<Outcome> rollback_to(Request const &request, std::string_view target);

// What a dry run of apply() sees, a row per statement. The last one has the error, if there was one and it is not to be
// thrown.
std::vector<Rehearsed> rehearse(std::string const &module, std::optional<std::string_view> target,
                                settings::RehearsalErrors errors);

} // namespace mig::server
