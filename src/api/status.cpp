// status(), summary(), plan(), lock_key() and the function behind the view running. They only read, so they work on a
// standby.
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "core/plan/status_detail.hpp"
#include "server/db/settings.hpp"
#include "server/lock/run_lock.hpp"
#include "server/lock/run_lock_holder.hpp"
#include "server/lock/running.hpp"
#include "server/prepare/nothing_pending.hpp"
#include "server/prepare/steps.hpp"
#include "server/store/modules.hpp"

extern "C" {
#include "catalog/pg_type.h"
}

using namespace mig;

MIG_FUNCTION(migrator_status) {
    api::Arguments const arguments(fcinfo);
    server::Catalog const catalog(arguments.module(0), server::Access::read, server::Catalog::Detail::report);
    server::require_module(catalog);
    Migration const *const newest = newest_applied(catalog.migrations());
    api::ResultSet rows(fcinfo);
    for (Migration const &migration : catalog.migrations()) {
        std::optional<std::string> const detail = status_detail(migration, newest);
        server::Value applied_at, execution_time_ms, applied_by, loaded_by;
        if (migration.run) {
            applied_at = server::Value::timestamp(migration.run->finished_at);
            execution_time_ms = migration.run->execution_time_ms;
            applied_by = migration.run->run_by;
        }
        if (migration.loaded)
            loaded_by = migration.loaded->loaded_by;
        rows.add({{"version", migration.version()},
                  {"name", migration.name()},
                  {"status", to_text(migration.status)},
                  {"applied_at", applied_at},
                  {"execution_time_ms", execution_time_ms},
                  {"applied_by", applied_by},
                  {"reversible", migration.reversible()},
                  {"detail", detail},
                  {"kind", to_text(migration.kind())},
                  {"loaded_by", loaded_by}});
    }
    return Datum{0};
}

MIG_FUNCTION(migrator_summary) {
    api::Arguments const arguments(fcinfo);
    server::Catalog const catalog(arguments.module(0), server::Access::read, server::Catalog::Detail::report);
    server::require_module(catalog);
    std::int64_t applied = 0, pending = 0, failed = 0;
    for (Migration const &migration : catalog.migrations()) {
        applied += migration.applied() && !migration.runnable(); // a repeatable one that has changed is pending
        bool const stopped = migration.status == Status::failed || migration.status == Status::partial;
        failed += stopped;
        pending += migration.runnable() && !stopped;
    }
    Migration const *const last = newest_applied(catalog.migrations());
    std::optional<server::Holder> const holder = server::run_lock_holder(server::Access::read);
    std::optional<ActivityText> const activity = holder ? holder->activity() : std::nullopt;
    bool const has_number = activity && activity->total > 0;
    server::Value const null;
    api::ResultSet rows(fcinfo);
    rows.add({{"applied", applied},
              {"pending", pending},
              {"failed", failed},
              {"last_applied", last ? server::Value(last->version()) : null},
              {"last_applied_at", last ? server::Value::timestamp(last->run->finished_at) : null},
              {"running_pid", holder && holder->pid ? server::Value(*holder->pid) : null},
              {"running_since", holder && holder->since ? server::Value::timestamp(*holder->since) : null},
              {"running_version", activity ? server::Value(activity->version) : null},
              {"running_statement", has_number ? server::Value(activity->number) : null},
              {"running_statements", has_number ? server::Value(activity->total) : null}});
    return Datum{0};
}

MIG_FUNCTION(migrator_plan) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    server::Catalog const catalog(arguments.module(1), server::Access::read, server::Catalog::Detail::plan);
    server::require_module(catalog);
    server::refuse_modified(catalog);
    RunPlan const plan = plan_apply(catalog.migrations(), target, server::settings::out_of_order());
    if (plan.steps.empty())
        server::report_nothing_pending(catalog, target);
    api::ResultSet rows(fcinfo);
    server::Steps const steps = server::prepare_steps(catalog, plan, Direction::up, server::Scope::everything);
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
        if (!step.verification)
            continue;
        server::Verification const &verification = *step.verification;
        for (std::size_t i = 0; i < verification.statements.size(); ++i)
            add(i, verification.statements[i], verification.body, verification.origin.first_line, true, true);
    }
    return Datum{0};
}

MIG_FUNCTION(migrator_run_activity) {
    server::Rows const running = server::running();
    api::ResultSet rows(fcinfo);
    if (running.size() == 0)
        return Datum{0};
    using Column = server::RunningColumn;
    auto const text_of = [&](int column) { return server::Value(running.optional_text(0, column)); };
    auto const from_datum = [&](int column, Oid type) {
        return server::Value::from_datum(running.datum_or_null(0, column), type);
    };
    std::optional<ActivityText> const activity = parse_activity(running.text(0, Column::query));
    server::Value const null;
    bool const has_number = activity && activity->total > 0, has_place = activity && activity->migrations > 0;
    rows.add({{"pid", running.integer(0, Column::pid)},
              {"module", activity ? server::Value(activity->module) : null},
              {"version", activity ? server::Value(activity->version) : null},
              {"direction", activity ? server::Value(activity->down ? "down" : "up") : null},
              {"statement", has_number ? server::Value(activity->number) : null},
              {"statements", has_number ? server::Value(activity->total) : null},
              {"sql", activity ? server::Value(activity->sql) : null},
              {"username", text_of(Column::session_role)}, // the name before 1.1
              {"client", text_of(Column::client)},
              {"run_since", from_datum(Column::run_since, TIMESTAMPTZOID)},
              {"statement_since", from_datum(Column::statement_since, TIMESTAMPTZOID)},
              {"wait_event_type", text_of(Column::wait_event_type)},
              {"wait_event", text_of(Column::wait_event)},
              {"blocked_by", from_datum(Column::blocked_by, INT4ARRAYOID)},
              {"blockers", text_of(Column::blockers)},
              {"phase", text_of(Column::phase)},
              {"percent_done", from_datum(Column::percent_done, FLOAT8OID)},
              {"session_role", text_of(Column::session_role)},
              {"migration", has_place ? server::Value(activity->migration) : null},
              {"migrations", has_place ? server::Value(activity->migrations) : null}});
    return Datum{0};
}

MIG_FUNCTION(migrator_lock_key) { return Int64GetDatum(server::lock_key()); }
