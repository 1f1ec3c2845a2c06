// What the migrations that count as applied have created, beside what the database has.
#pragma once

#include "server/store/catalog.hpp"

#include <string>
#include <vector>

namespace mig::server {

struct BaselineDifferences {
    struct Missing {
        std::string version, object; // table public.users
    };
    std::vector<Missing> missing;         // what baselines of the catalog's module create, and the database lacks
    std::vector<std::string> not_created; // what the database has, and no migration of any module creates
    // Whether the baselines that lack something, or else some baseline, may still be corrected.
    bool missing_correctable = true, any_correctable = false;
};

// As if `marked`, in their order, were baselines already. Reads the bodies as the server's grammar does, and executes
// nothing: it does not see what a DO block, dynamic SQL or a function creates, and is in doubt about what one of these
// may have dropped. To be called as the caller, whose search_path is that of the bodies.
BaselineDifferences compare_with_database(Catalog const &catalog, std::vector<Migration const *> const &marked);

} // namespace mig::server
