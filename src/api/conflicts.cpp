// conflicts().
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "call/conflict_search.hpp"

using namespace mig;

MIG_FUNCTION(migrator_conflicts) {
    api::Arguments const arguments(fcinfo);
    std::vector<Conflict> const found = server::find_conflicts(arguments.module(0));
    api::ResultSet rows(fcinfo);
    for (Conflict const &one : found)
        rows.add(
            {{"version_a", one.version_a}, {"version_b", one.version_b}, {"object", one.object}, {"why", one.why}});
    return Datum{0};
}
