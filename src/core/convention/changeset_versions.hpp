// Which versions the changesets of Liquibase have. One is known by its author, its id and its file, wherever it stands
// in that; its version, `path#number`, says where it stood when it was loaded first.
#pragma once

#include "core/migration/migration_text.hpp"

#include <unordered_map>
#include <unordered_set>

namespace mig {

// A changeset that is loaded or on record.
struct KnownChangeset {
    std::string version, name; // name: author:id
    std::string file;          // that it is known by
    std::string source;        // that it came from
    bool logical = false;      // `file` was said by logicalFilePath
    bool settled = false;      // it has run, or a part of it: its version is on record
    bool loaded = false;
};

struct KnownChangesets {
    std::vector<KnownChangeset> all;
    std::vector<std::string> used; // versions that are not free, those of `all` among them
};

class ChangesetVersions {
  public:
    // `sources`: the files of this load; `whole`: that is all there are.
    ChangesetVersions(KnownChangesets known, std::unordered_set<std::string> sources, bool whole);

    // Anew, after others may have changed it; what was assigned before stays.
    void renew(KnownChangesets known);

    // Whether assign() would take a version from a changeset that has not run.
    bool moves_some(std::vector<MigrationText> const &texts) const;

    // Gives the changesets of one file, in its order, their versions: one that is known keeps its own, unless it has
    // not run and stands behind what has been in front of it; a new one gets one between its neighbours'. Where one has
    // moved, the version that it had before is in `before`, at its place.
    // Failure malformed_file: another file of this load has one of them.
    std::vector<std::string> assign(std::vector<MigrationText> &texts);

    // Loaded, not settled, and no more where they were: they must not run.
    std::vector<KnownChangeset const *> gone() const;

  private:
    // Of a changeset of the file that is assigned.
    struct Place {
        std::optional<std::size_t> known; // of known_.all
        std::string number;               // behind the `#`; empty: it says nothing here
        bool stays = false;               // in the rising order of those that are known
        std::string version;
    };
    std::vector<Place> placed(std::vector<MigrationText> const &texts) const;
    void match(std::vector<MigrationText> const &texts, std::vector<Place> &places, bool exact) const;
    using Matched = std::unordered_set<std::size_t>;
    bool may_be(std::size_t known, MigrationText const &text, bool exact, Matched const &matched) const;
    std::optional<std::size_t> find(MigrationText const &text, bool exact, Matched const &matched) const;
    void number(std::vector<Place> &places, std::string const &prefix) const;
    void claim(MigrationText const &text);
    bool is_free(std::string const &version) const;
    // Its file is not in the load, and another says that it is that one now.
    bool moved_elsewhere(KnownChangeset const &known) const;

    KnownChangesets known_;
    std::unordered_map<std::string, std::vector<std::size_t>> by_file_;      // by name and file
    std::unordered_map<std::string, std::vector<std::size_t>> by_last_part_; // by name and the last part of the file
    std::unordered_set<std::string> used_;                                   // canonical
    std::unordered_set<std::string> const sources_;
    bool const whole_;
    // Of this load:
    std::unordered_set<std::string> assigned_; // versions, canonical
    std::unordered_set<std::string> moved_;    // the versions that they had, canonical
    std::unordered_map<std::string, std::unordered_set<std::string>> logical_files_; // by their last part
    std::unordered_map<std::string, std::string> claimed_;                           // name and file: where it is
};

} // namespace mig
