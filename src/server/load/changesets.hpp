// Matches the Liquibase changesets of a load with those that are loaded or on record.
#pragma once

#include "core/convention/changeset_versions.hpp"

namespace mig::server {

class Changesets {
  public:
    // For one load into `module`; `sources` and `whole` as in core/convention/changeset_versions.hpp. The functions
    // below throw what that throws, and Failure lock_not_available if a changeset that has not run must get another
    // version, or be forgotten, while another run, which might run it, does not end.
    Changesets(std::string_view module, std::unordered_set<std::string> sources, bool whole);

    // Assigns versions to the changesets of one file. Returns for each the version that it had before if that is
    // different, or an empty string.
    std::vector<std::string> assign(std::vector<MigrationText> &texts);

    // Once all files are stored: removes the changesets that are no longer in their files and have not run, and returns
    // them.
    std::vector<KnownChangeset> forget_removed();

  private:
    void lock(); // and read again what is loaded and on record

    std::string const module_;
    ChangesetVersions versions_;
    bool locked_ = false;
};

} // namespace mig::server
