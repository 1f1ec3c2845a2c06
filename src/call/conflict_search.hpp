// conflicts(): rehearses what is pending. A failing migration does not stop the others.
#pragma once

#include "core/conflict/conflicts.hpp"
#include "server/prepare/steps.hpp"

namespace mig::server {

std::vector<Conflict> find_conflicts(std::string const &module);
// Of these steps, under the run lock: they are executed and undone.
std::vector<Conflict> find_conflicts(Catalog const &catalog, std::vector<Step> const &steps);

} // namespace mig::server
