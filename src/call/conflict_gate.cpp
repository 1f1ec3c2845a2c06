#include "call/conflict_gate.hpp"

#include "call/conflict_search.hpp"
#include "core/base/failure.hpp"
#include "server/db/settings.hpp"

#include <algorithm>

namespace mig::server {

void check_conflicts(PreparedRun const &run) {
    if (settings::on_conflict() != settings::OnConflict::error || run.direction == Direction::down)
        return;
    std::vector<Conflict> const conflicts = find_conflicts(run.catalog, run.steps.list);
    if (conflicts.empty())
        return;
    constexpr std::size_t most_listed = 10;
    std::string detail;
    for (std::size_t i = 0; i < std::min(conflicts.size(), most_listed); ++i) {
        Conflict const &one = conflicts[i];
        detail += one.version_a + " and " + one.version_b + (one.object.empty() ? "" : ", " + one.object) + ": " +
                  one.why + "\n";
    }
    if (conflicts.size() > most_listed)
        detail +=
            "... and " + std::to_string(conflicts.size() - most_listed) + " more: SELECT * FROM migrator.conflicts()\n";
    throw Failure(sqlstate::conflict,
                  conflicts.size() == 1
                      ? "the pending migrations have a conflict"
                      : "the pending migrations have " + std::to_string(conflicts.size()) + " conflicts",
                  detail + "Nothing was run.",
                  "Change one of the two; or, where they are meant to run in this order, write \"-- migrator: "
                  "allow=conflict reason\" above the first statement of the later one and load the file again; or SET "
                  "migrator.on_conflict = 'warn'.");
}

} // namespace mig::server
