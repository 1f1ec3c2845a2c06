// Compares a load of all files of a module with what is loaded: which migrations have no file any more.
#pragma once

#include "core/plan/absence.hpp"
#include "server/load/unchanged_files.hpp"

#include <functional>

namespace mig::server {

struct AbsentRow {
    std::string version, name, source, reason;
};

struct RenamedRow {
    std::size_t added; // place in the list of those that the load has added
    std::string version_before;
};

struct SetComparison {
    std::vector<AbsentRow> absent; // in version order
    std::vector<RenamedRow> renamed;
};

// `loaded` and `has_file`: what was loaded before, and whether it was loaded from a file that is in the set, or has
// been removed by this load. Call it once all files are stored. Those without a file that have not run are set aside,
// unless somebody has loaded them whom the current role is not trusted as much as: then a WARNING says so. A renamed
// one replaces what it was before. Failure wrong_state: see find_renames(); lock_not_available if something is to be
// set aside or replaced while another run, which might run it, does not end. `strict`: refuse_absence_of_run().
SetComparison compare_set(std::string_view module, MigrationStore &store, UnchangedFiles const &loaded,
                          std::function<bool(UnchangedFiles::Loaded const &)> const &has_file,
                          std::vector<Added> const &added, bool strict);

} // namespace mig::server
