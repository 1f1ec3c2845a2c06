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

extern "C" {
#include "catalog/pg_type.h"
}

using namespace mig;

MIG_FUNCTION(migrator_status) {
    api::Arguments const arguments(fcinfo);
    server::Catalog const catalog(arguments.module(0), server::Access::read, server::Catalog::Detail::report);
    Migration const *const newest = newest_applied(catalog.migrations());
    api::ResultSet rows(fcinfo);
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
        rows.add({{"version", one.version()},
                  {"name", one.name()},
                  {"status", word(one.status)},
                  {"applied_at", at},
                  {"execution_time_ms", took},
                  {"applied_by", by},
                  {"reversible", one.reversible()},
                  {"detail", detail},
                  {"kind", word(one.kind())},
                  {"loaded_by", loaded_by}});
    }
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
    rows.add({{"applied", applied},
              {"pending", pending},
              {"failed", failed},
              {"last_applied", last ? server::Value(last->version()) : none},
              {"last_applied_at", last ? server::Value::timestamp(last->run->finished_at) : none},
              {"running_pid", holder && holder->pid ? server::Value(*holder->pid) : none},
              {"running_since", holder && holder->since ? server::Value::timestamp(*holder->since) : none},
              {"running_version", activity ? server::Value(activity->version) : none},
              {"running_statement", numbered ? server::Value(activity->number) : none},
              {"running_statements", numbered ? server::Value(activity->total) : none}});
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
        auto const add = [&](std::size_t i, Statement const &statement, std::string_view body, std::uint32_t first_line,
                             bool transactional, bool verify) {
            rows.add({{"version", step.origin.version},
                      {"name", step.origin.name},
                      {"statement", static_cast<std::int32_t>(i + 1)},
                      {"line", static_cast<std::int32_t>(first_line + statement.line - 1)},
                      {"command", statement.command},
                      {"sql", sql_of(body, statement)},
                      {"source", step.text.content.up.source},
                      {"transactional", transactional},
                      {"verify", verify}});
        };
        for (std::size_t i = step.resume.done; i < step.statements.size(); ++i)
            add(i, step.statements[i], step.body, step.origin.first_line, step.transactional, false);
        server::Verification const &verification = step.verification;
        for (std::size_t i = 0; i < verification.statements.size(); ++i)
            add(i, verification.statements[i], verification.body, verification.origin.first_line, true, true);
    }
    return Datum{0};
}

MIG_FUNCTION(migrator_run_activity) {
    server::Rows const found = server::running();
    api::ResultSet rows(fcinfo);
    if (found.size() == 0)
        return Datum{0};
    using Column = server::RunningColumn;
    auto const text_of = [&](int column) { return server::Value(found.optional_text(0, column)); };
    auto const as_it_is = [&](int column, Oid type) {
        return server::Value::as_it_is(found.datum_or_null(0, column), type);
    };
    std::optional<ActivityText> const activity = parse_activity(found.text(0, Column::query));
    server::Value const none;
    bool const numbered = activity && activity->total > 0;
    rows.add({{"pid", found.integer(0, Column::pid)},
              {"module", activity ? server::Value(activity->module) : none},
              {"version", activity ? server::Value(activity->version) : none},
              {"direction", activity ? server::Value(activity->down ? "down" : "up") : none},
              {"statement", numbered ? server::Value(activity->number) : none},
              {"statements", numbered ? server::Value(activity->total) : none},
              {"sql", activity ? server::Value(activity->sql) : none},
              {"username", text_of(Column::session_role)}, // the word until 1.1
              {"client", text_of(Column::client)},
              {"run_since", as_it_is(Column::run_since, TIMESTAMPTZOID)},
              {"statement_since", as_it_is(Column::statement_since, TIMESTAMPTZOID)},
              {"wait_event_type", text_of(Column::wait_event_type)},
              {"wait_event", text_of(Column::wait_event)},
              {"blocked_by", as_it_is(Column::blocked_by, INT4ARRAYOID)},
              {"blockers", text_of(Column::blockers)},
              {"phase", text_of(Column::phase)},
              {"percent_done", as_it_is(Column::percent_done, FLOAT8OID)},
              {"session_role", text_of(Column::session_role)}});
    return Datum{0};
}

MIG_FUNCTION(migrator_lock_key) { return Int64GetDatum(server::lock_key()); }
