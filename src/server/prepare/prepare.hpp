// What a call is to run, from what it asks for to the steps that are executed: the same way for all that plan.
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
    bool everything = false; // it names no target: whether there is anything to do is found without reading it all
};

Request request_to_apply(std::string const &module, std::optional<std::string_view> target); // views the target
Request request_to_roll_back(std::string const &module, std::int64_t n);
Request request_to_roll_back_to(std::string const &module, std::string_view target); // likewise

// What every call that runs something looks at before it takes the run lock. False: it cannot write and need not, since
// nothing is to run. Failure read_only, naming the function; invalid_parameter for a setting that was not taken; what
// the planner refuses.
[[nodiscard]] bool may_run(const char *function, Request const &request);

struct PreparedRun {
    PreparedRun(Request const &request, Scope scope);

    Direction const direction;
    Catalog const catalog;
    RunPlan const plan;
    Steps steps;
};

// Under the run lock, so that what a run before this one did is seen. Reads, plans, tells the plan's warnings, parses
// each body once and refuses what must not run: see steps() and guard_bodies(). Null: nothing is to run.
std::unique_ptr<PreparedRun const> prepare(Request const &request, Scope scope, InTransaction in);

} // namespace mig::server
