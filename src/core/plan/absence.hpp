// What becomes of loaded migrations that have no file any more in a set that should have all of them.
#pragma once

#include "core/plan/state.hpp"

#include <vector>

namespace mig {

// A loaded migration whose file is gone.
struct Absent {
    Migration const *migration;
    std::string_view source; // the file
};

// A migration that the set has added.
struct Added {
    std::string_view version, name, checksum, source;
};

// `absent` and `added`: places in the lists that find_renames() was given.
struct Rename {
    std::size_t absent, added;
};

// Whether some of it has run, so that the same text under another version would run twice.
bool has_run(Migration const &migration);

// An absent migration that has not run and an added one with the same up body are the same migration, whose file has
// another name now. Of several with the same body those of the same name belong together, and then the first ones.
// Failure wrong_state if the absent one has run. What does no harm when it runs again is nothing of that kind: a
// repeatable migration, and a body without a statement.
std::vector<Rename> find_renames(std::vector<Absent> const &absent, std::vector<Added> const &added);

// Failure wrong_state if one of them has run: what the database has is no longer in the files. A repeatable one may go.
void refuse_absence_of_run(std::vector<Absent> const &absent);

// For the row of an absent migration: its status, and what that means. `kept`: it is not set aside.
std::string why_absent(Migration const &migration, bool kept);

} // namespace mig
