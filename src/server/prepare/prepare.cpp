#include "server/prepare/prepare.hpp"

#include "bridge/report.hpp"
#include "server/db/owner.hpp"
#include "server/db/preconditions.hpp"
#include "server/db/settings.hpp"
#include "server/db/untaken_settings.hpp"
#include "server/prepare/nothing_pending.hpp"
#include "server/prepare/nothing_to_do.hpp"
#include "server/store/modules.hpp"

namespace mig::server {

namespace {

RunPlan plan_of(Request const &request, Catalog const &catalog) {
    require_module(catalog);
    return request.planner(catalog);
}

void report_nothing_to_run(Request const &request, Catalog const &catalog) {
    if (request.direction == Direction::up)
        report_nothing_pending(catalog, request.target);
    else
        report_nothing_to_roll_back(catalog, request.target);
}

} // namespace

Request request_to_apply(std::string const &module, std::optional<std::string_view> target) {
    Planner planner = [target](Catalog const &catalog) {
        refuse_modified(catalog);
        return plan_apply(catalog.migrations(), target, settings::out_of_order());
    };
    return {module, Direction::up, std::move(planner), target, !target};
}

Request request_to_roll_back(std::string const &module, std::int64_t n) {
    return {module, Direction::down, [n](Catalog const &catalog) { return plan_rollback(catalog.migrations(), n); }};
}

Request request_to_roll_back_to(std::string const &module, std::string_view target) {
    return {module, Direction::down,
            [target](Catalog const &catalog) { return plan_rollback_to(catalog.migrations(), target); }, target};
}

bool may_run(const char *function, Request const &request) {
    (void) extension_schema(); // a renamed schema or a moved table comes first: nothing else helps then
    untaken_settings::refuse();
    if (read_only()) { // a scheduled call on a standby, or in a read-only transaction, succeeds if it has nothing to do
        Catalog const catalog(request.module, Access::fresh, Catalog::Detail::plan);
        if (plan_of(request, catalog).steps.empty()) {
            report_nothing_to_run(request, catalog);
            return false;
        }
    }
    require_writable(function);
    return true;
}

PreparedRun::PreparedRun(Request const &request, Scope scope)
    : direction(request.direction), catalog(request.module, Access::fresh, Catalog::Detail::plan),
      plan(plan_of(request, catalog)), steps(server::prepare_steps(catalog, plan, request.direction, scope)) {}

std::unique_ptr<PreparedRun const> prepare(Request const &request, Scope scope, InTransaction transaction) {
    // Most scheduled runs end here.
    if (request.everything)
        if (std::optional<std::size_t> const applied = nothing_to_apply(request.module, Access::fresh)) {
            report_nothing_pending(request.module, *applied);
            return nullptr;
        }
    auto prepared = std::make_unique<PreparedRun>(request, scope);
    for (std::string const &text : prepared->plan.warnings)
        pg::warning(text);
    if (prepared->steps.list.empty()) {
        report_nothing_to_run(request, prepared->catalog);
        return nullptr;
    }
    guard_bodies(prepared->steps, transaction);
    return prepared;
}

} // namespace mig::server
