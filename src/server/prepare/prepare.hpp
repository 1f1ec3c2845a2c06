// From the request of a call to the steps that it executes. All calls that plan share this.
#pragma once

#include "server/prepare/loader_gate.hpp"

#include <functional>
#include <memory>

namespace mig::server {

using Planner = std::function<RunPlan(Catalog const &)>;

struct Request {
    std::string module;
    Direction direction;
    Planner planner;
    std::optional<std::string_view> target = std::nullopt;
    bool everything = false; // there is no target, so nothing_to_apply() can tell that there is nothing to do
};

Request request_to_apply(std::string const &module, std::optional<std::string_view> target); // views the target
Request request_to_roll_back(std::string const &module, std::int64_t n);
Request request_to_roll_back_to(std::string const &module, std::string_view target); // likewise

// The checks that every call makes before it takes the run lock. Returns false if the transaction is read-only and
// there is nothing to run, which a NOTICE says. Failure read_only, naming the function, if there is something to run; the server's error for
// an invalid setting of ours; and what the planner throws.
[[nodiscard]] bool may_run(const char *function, Request const &request);

struct PreparedRun {
    PreparedRun(Request const &request, Scope scope);

    Direction const direction;
    Catalog const catalog;
    RunPlan const plan;
    Steps steps;
};

// Reads the catalog, makes the plan, reports its warnings, parses each body once and refuses what must not run: see
// prepare_steps() and guard_bodies(). Null, after a NOTICE, if there is nothing to run. Call it under the run lock, so that it sees what
// earlier runs have done.
std::unique_ptr<PreparedRun const> prepare(Request const &request, Scope scope, InTransaction transaction);

} // namespace mig::server
