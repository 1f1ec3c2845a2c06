// apply(), rollback(), rollback_to().
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "call/runner.hpp"

using namespace mig;

static Datum give(FunctionCallInfo call, std::vector<server::Outcome> const &outcomes) {
    api::ResultSet rows(call);
    for (server::Outcome const &one : outcomes)
        rows.add({{"version", one.version},
                  {"name", one.name},
                  {"status", one.status},
                  {"execution_time_ms", one.execution_time_ms},
                  {"error", one.error}});
    return Datum{0};
}

static server::Request request_of(api::Arguments const &arguments) {
    server::Request request{arguments.module(2), arguments.boolean(1, "dry_run")};
    request.errors = server::settings::rehearsal_errors();
    return request;
}

MIG_FUNCTION(migrator_apply) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    return give(fcinfo, server::apply(request_of(arguments), target));
}

MIG_FUNCTION(migrator_rollback) {
    api::Arguments const arguments(fcinfo);
    return give(fcinfo, server::rollback(request_of(arguments), arguments.integer(0, "n")));
}

MIG_FUNCTION(migrator_rollback_to) {
    api::Arguments const arguments(fcinfo);
    return give(fcinfo, server::rollback_to(request_of(arguments), arguments.text(0, "target")));
}
