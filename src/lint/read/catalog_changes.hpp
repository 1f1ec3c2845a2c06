// What others have changed in the database since migrator's last run.
#pragma once

#include <string>
#include <vector>

namespace mig::server::lint {

struct CatalogChange {
    std::string object; // table public.orders
    std::string name;   // orders
};

// Tables, views, sequences, indexes, constraints, functions, types, triggers and policies of users that were created or
// altered, except by maintenance, after the last entry of the history was written: the transaction ids (xmin) of their
// catalog rows say so. Dropped objects leave no row and are not found. Empty if the history was written in another
// cluster or database than this one, or if the ids have wrapped around since.
std::vector<CatalogChange> changes_since_last_run();

} // namespace mig::server::lint
