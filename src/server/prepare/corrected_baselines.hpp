// Baselines whose bodies were corrected before anything ran on top of them.
#pragma once

#include "server/store/catalog.hpp"

namespace mig::server {

// Records the loaded bodies as what the baselines stand for: before a run, after which a change of them counts as one
// of an applied migration. Failed or not: until something has been applied, they can be corrected again. Null: a reason
// of its own. Returns how many there were.
std::size_t record_corrected_baselines(Catalog const &catalog, std::optional<std::string_view> reason = std::nullopt);

} // namespace mig::server
