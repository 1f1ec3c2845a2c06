// baseline(), adopt(), accept(), and the trigger function that keeps the history append-only.
#include "call/record.hpp"

#include "api/arguments.hpp"
#include "api/result_set.hpp"

using namespace mig;

MIG_FUNCTION(migrator_baseline) {
    api::Arguments const arguments(fcinfo);
    std::string const version = arguments.text(0, "version"), module = arguments.module(1);
    std::optional<std::string> const reason = arguments.later_text(2);
    api::ResultSet rows(fcinfo);
    // That of an older release, which sets search_path, hides the caller's.
    bool const compares = arguments.has(2);
    for (server::BaselineRow const &row : server::baseline(module, version, reason, compares))
        rows.add({{"version", row.version},
                  {"name", row.name},
                  {"status", "baseline"},
                  {"note", row.note.empty() ? server::Value() : server::Value(row.note)}});
    return Datum{0};
}

MIG_FUNCTION(migrator_adopt) {
    api::Arguments const arguments(fcinfo);
    std::string const tool = arguments.text(0, "tool"), module = arguments.module(1);
    api::ResultSet rows(fcinfo);
    auto const or_null = [](std::string const &value) {
        return value.empty() ? server::Value() : server::Value(value);
    };
    for (server::AdoptRow const &row : server::adopt(module, tool))
        rows.add({{"version", or_null(row.version)},
                  {"name", row.name},
                  {"status", row.status},
                  {"applied_at", row.applied_at ? server::Value::timestamp(*row.applied_at) : server::Value()},
                  {"note", or_null(row.note)}});
    return Datum{0};
}

MIG_FUNCTION(migrator_accept) {
    api::Arguments const arguments(fcinfo);
    std::string const version = arguments.text(0, "version"), reason = arguments.text(1, "reason");
    server::accept(arguments.module(2), version, reason);
    return Datum{0};
}

MIG_FUNCTION(migrator_refuse_change) {
    throw Failure(sqlstate::not_supported, "the migration history is append-only", {},
                  "What happened stays on record; migrator.accept() and migrator.baseline() add to it.");
}
