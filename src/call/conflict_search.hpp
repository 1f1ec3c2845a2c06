// conflicts(): rehearses what is pending, each migration in a subtransaction of its own, so that a failing one does not
// stop the others.
#pragma once

#include "core/conflict/conflicts.hpp"

namespace mig::server {

std::vector<Conflict> find_conflicts(std::string const &module);

} // namespace mig::server
