// apply(), rollback(), rollback_to().
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "call/apply.hpp"

using namespace mig;

static Datum return_rows(FunctionCallInfo call, std::vector<server::Outcome> const &outcomes) {
    api::ResultSet rows(call);
    for (server::Outcome const &outcome : outcomes)
        rows.add({{"version", outcome.version},
                  {"name", outcome.name},
                  {"status", outcome.status},
                  {"execution_time_ms", outcome.execution_time_ms},
                  {"error", outcome.error}});
    return Datum{0};
}

MIG_FUNCTION(migrator_apply) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    std::optional<std::string> const expected = arguments.later_text(3);
    return return_rows(fcinfo, server::apply(arguments.module(2), target, arguments.boolean(1, "dry_run"), expected));
}

MIG_FUNCTION(migrator_rollback) {
    api::Arguments const arguments(fcinfo);
    std::int32_t const n = arguments.integer(0, "n");
    return return_rows(fcinfo, server::rollback(arguments.module(2), n, arguments.boolean(1, "dry_run")));
}

MIG_FUNCTION(migrator_rollback_to) {
    api::Arguments const arguments(fcinfo);
    std::string const target(arguments.text(0, "target"));
    return return_rows(fcinfo, server::rollback_to(arguments.module(2), target, arguments.boolean(1, "dry_run")));
}
