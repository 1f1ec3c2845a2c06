// What a report says beside what is pending: the standing of every migration, the sizes of the tables.
#pragma once

#include "core/report/report.hpp"
#include "server/store/catalog.hpp"

#include <vector>

namespace mig::server {

std::vector<report::Standing> standings(Catalog const &catalog);

// Of the relations that a rehearsal has locked, the largest first. As of the last ANALYZE or VACUUM, since counting
// blocks would wait for whoever has locked the table meanwhile.
std::vector<report::Relation> sizes_of_locked(std::vector<report::Migration> const &migrations);

} // namespace mig::server
