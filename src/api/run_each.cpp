// apply_each(), rollback_each().
#include "api/arguments.hpp"
#include "call/apply_each.hpp"

using namespace mig;

MIG_FUNCTION(migrator_apply_each) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    server::apply_each(fcinfo, arguments.module(1), target, arguments.later_text(2));
    return Datum{0};
}

MIG_FUNCTION(migrator_rollback_each) {
    api::Arguments const arguments(fcinfo);
    std::int32_t const n = arguments.integer(0, "n");
    server::rollback_each(fcinfo, arguments.module(1), n);
    return Datum{0};
}
