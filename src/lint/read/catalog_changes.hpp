// What was changed in the database by others since the newest run of migrator.
#pragma once

#include <string>
#include <vector>

namespace mig::server::lint {

struct CatalogChange {
    std::string object; // table public.orders
    std::string name;   // orders
};

// Tables, views, sequences, indexes, constraints, functions, types, triggers and policies of users that are newer than
// the entry of the history that was written last, by the transaction ids of their catalog rows: made, or altered
// otherwise than maintenance does. What was dropped leaves no row to see. None when this is another cluster than the
// one that the history was written in, or when the ids have wrapped since.
std::vector<CatalogChange> changes_since_last_run();

} // namespace mig::server::lint
