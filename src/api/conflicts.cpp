// conflicts().
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "call/conflict_search.hpp"

using namespace mig;

MIG_FUNCTION(migrator_conflicts) {
    api::Arguments const arguments(fcinfo);
    std::vector<Conflict> const found = server::find_conflicts(arguments.module(0));
    api::ResultSet rows(fcinfo);
    for (Conflict const &conflict : found)
        rows.add({{"version_a", conflict.version_a},
                  {"version_b", conflict.version_b},
                  {"object", conflict.object.empty() ? std::nullopt : std::optional(conflict.object)},
                  {"why", conflict.why}});
    return Datum{0};
}
