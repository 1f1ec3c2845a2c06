// What a call says that finds nothing to run: otherwise nothing tells it from one that has forgotten to load.
#pragma once

#include "core/plan/plan.hpp"
#include "server/store/catalog.hpp"

namespace mig::server {

// A NOTICE: `nothing is pending: 15 migrations are applied`, `nothing is loaded in module lib`.
void report_nothing_pending(Catalog const &catalog, std::optional<std::string_view> target);
// The same where the catalog has not been read: `applied` migrations are loaded, and all of them are applied.
void report_nothing_pending(std::string_view module, std::size_t applied);

// The same for a rollback.
void report_nothing_to_roll_back(Catalog const &catalog, std::optional<std::string_view> target);

} // namespace mig::server
