// status(), summary(), plan(), lock_key(): they read, and work on a standby.
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "core/plan/status_detail.hpp"
#include "server/db/settings.hpp"
#include "server/lock/run_lock.hpp"
#include "server/lock/run_lock_holder.hpp"
#include "server/lock/running.hpp"
#include "server/prepare/steps.hpp"
#include "server/store/catalog.hpp"

using namespace mig;

namespace {

// The shape of the rows belongs to the release whose SQL calls; each has an entry point of its own, which a library of
// another release does not have.
enum class Shape : unsigned char { release_1_0, release_1_1 };

void status(FunctionCallInfo call, Shape shape) {
    api::Arguments const arguments(call);
    server::Catalog const catalog(arguments.module(0), server::Access::read, server::Catalog::Detail::report);
    Migration const *const newest = newest_applied(catalog.migrations());
    api::ResultSet rows(call);
    for (Migration const &one : catalog.migrations()) {
        std::optional<std::string> const detail = detail_of(one, newest);
        server::Value at, took, by, loaded_by;
        if (one.run) {
            at = server::Value::timestamp(one.run->finished_at);
            took = one.run->execution_time_ms;
            by = one.run->run_by;
        }
        if (one.loaded)
            loaded_by = one.loaded->loaded_by;
        if (shape == Shape::release_1_0)
            rows.add({one.version(), one.name(), word(one.status), at, took, by, one.reversible(), detail,
                      word(one.kind())});
        else
            rows.add({one.version(), one.name(), word(one.status), at, took, by, one.reversible(), detail,
                      word(one.kind()), loaded_by});
    }
}

} // namespace

MIG_FUNCTION(migrator_status) {
    status(fcinfo, Shape::release_1_0);
    return Datum{0};
}

MIG_FUNCTION(migrator_status_1_1) {
    status(fcinfo, Shape::release_1_1);
    return Datum{0};
}

MIG_FUNCTION(migrator_summary) {
    api::Arguments const arguments(fcinfo);
    server::Catalog const catalog(arguments.module(0), server::Access::read, server::Catalog::Detail::report);
    std::int64_t applied = 0, pending = 0, failed = 0;
    for (Migration const &one : catalog.migrations()) {
        applied += one.applied() && !one.runnable(); // a repeatable one that runs again is pending
        bool const stopped = one.status == Status::failed || one.status == Status::partial;
        failed += stopped;
        pending += one.runnable() && !stopped;
    }
    Migration const *const last = newest_applied(catalog.migrations());
    std::optional<server::Holder> const holder = server::run_lock_holder(server::Access::read);
    std::optional<ActivityText> const activity = holder ? holder->activity() : std::nullopt;
    bool const numbered = activity && activity->total > 0;
    server::Value const none;
    api::ResultSet rows(fcinfo);
    rows.add({applied, pending, failed, last ? server::Value(last->version()) : none,
              last ? server::Value::timestamp(last->run->finished_at) : none,
              holder && holder->pid ? server::Value(*holder->pid) : none,
              holder && holder->since ? server::Value::timestamp(*holder->since) : none,
              activity ? server::Value(activity->version) : none, numbered ? server::Value(activity->number) : none,
              numbered ? server::Value(activity->total) : none});
    return Datum{0};
}

MIG_FUNCTION(migrator_plan) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    server::Catalog const catalog(arguments.module(1), server::Access::read, server::Catalog::Detail::plan);
    server::refuse_modified(catalog);
    RunPlan const plan = plan_apply(catalog.migrations(), target, server::settings::out_of_order());
    api::ResultSet rows(fcinfo);
    server::Steps const steps = server::steps(catalog, plan, Direction::up, server::Scope::everything);
    for (server::Step const &step : steps.list) {
        for (std::size_t i = step.resume.done; i < step.statements.size(); ++i) {
            Statement const &statement = step.statements[i];
            rows.add({step.origin.version, step.origin.name, static_cast<std::int32_t>(i + 1),
                      static_cast<std::int32_t>(step.origin.first_line + statement.line - 1), statement.command,
                      step.body.substr(statement.begin, statement.end - statement.begin), step.text.source,
                      step.transactional, false});
        }
        server::Verification const &verification = step.verification;
        for (std::size_t i = 0; i < verification.statements.size(); ++i) {
            Statement const &statement = verification.statements[i];
            rows.add({step.origin.version, step.origin.name, static_cast<std::int32_t>(i + 1),
                      static_cast<std::int32_t>(verification.origin.first_line + statement.line - 1), statement.command,
                      verification.body.substr(statement.begin, statement.end - statement.begin), step.text.source,
                      true, true});
        }
    }
    return Datum{0};
}

MIG_FUNCTION(migrator_run_activity) {
    server::Rows const found = server::running();
    api::ResultSet rows(fcinfo);
    if (found.size() == 0)
        return Datum{0};
    auto const string = [&](int column) { return server::Value(found.optional_text(0, column)); };
    auto const as_it_is = [&](int column) { return server::Value::as_it_is(found.datum_or_null(0, column)); };
    std::optional<ActivityText> const activity = parse_activity(found.text(0, 1));
    server::Value const none;
    bool const numbered = activity && activity->total > 0;
    rows.add({found.integer(0, 0), activity ? server::Value(activity->module) : none,
              activity ? server::Value(activity->version) : none,
              activity ? server::Value(activity->down ? "down" : "up") : none,
              numbered ? server::Value(activity->number) : none, numbered ? server::Value(activity->total) : none,
              activity ? server::Value(activity->sql) : none, string(2), string(3), as_it_is(4), as_it_is(5), string(6),
              string(7), as_it_is(8), string(9), string(10), as_it_is(11)});
    return Datum{0};
}

MIG_FUNCTION(migrator_lock_key) { return Int64GetDatum(server::lock_key()); }
