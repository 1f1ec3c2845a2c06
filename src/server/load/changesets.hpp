// The changesets of Liquibase that a load brings, against those that are loaded and on record.
#pragma once

#include "core/convention/changeset_versions.hpp"

namespace mig::server {

class Changesets {
  public:
    // Of one load into `module`; `sources` and `whole` as in core/convention/changeset_versions.hpp. Throws what assign() throws
    // there; Failure lock_not_available: a changeset that has not run is to move, and another run, which may run it
    // meanwhile, does not end.
    Changesets(std::string_view module, std::unordered_set<std::string> sources, bool whole);

    // Gives those of one file their versions; for each, the one that it had before, or nothing.
    std::vector<std::string> assign(std::vector<MigrationText> &texts);

    // Once all files are stored: forgets what must not run any more, and returns it.
    std::vector<KnownChangeset> forget_gone();

  private:
    void lock();

    std::string const module_;
    ChangesetVersions versions_;
    bool locked_ = false;
};

} // namespace mig::server
