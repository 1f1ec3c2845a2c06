// The versions of Liquibase's changesets. Liquibase identifies a changeset by author, id and file, whatever its
// position in the file. Its version here is `path#number`, where the number reflects its position when it was first
// loaded: versions do not change when a changeset is inserted before others.
#pragma once

#include "core/migration/migration_text.hpp"

#include <unordered_map>
#include <unordered_set>

namespace mig {

// A changeset that is loaded or on record.
struct KnownChangeset {
    std::string version, name; // name: author:id
    std::string file;          // the path that is part of its identity
    std::string source;        // the file that it was loaded from
    bool logical = false;      // `file` is its logicalFilePath
    bool has_run = false;      // at least in part: its version is on record and cannot change
    bool loaded = false;
};

struct KnownChangesets {
    std::vector<KnownChangeset> all;
    std::vector<std::string> used; // versions that cannot be assigned, including those of `all`
};

class ChangesetVersions {
  public:
    // `sources`: the files of this load; `whole`: there are no others.
    ChangesetVersions(KnownChangesets known, std::unordered_set<std::string> sources, bool whole);

    // Replaces what is known, after another session may have changed it. Versions assigned so far stay.
    void set_known(KnownChangesets known);

    // Whether assign() would change the version of a known changeset, which can only be one that has not run.
    bool would_move_any(std::vector<MigrationText> const &texts) const;

    // Sets the versions of the changesets of one file, in the file's order. A known one keeps its version, unless it
    // has not run and its position among the others has changed; a new one gets a version between those of its
    // neighbors. The result has, at the same index, the previous version of each one that got another, else an empty
    // string.
    // Failure malformed_file: another file of this load has a changeset with the same identity.
    std::vector<std::string> assign(std::vector<MigrationText> &texts);

    // Known changesets that have not run and are no longer in their files: they must not run any more.
    std::vector<KnownChangeset const *> removed() const;

  private:
    // What becomes of a changeset of the file.
    struct Place {
        std::optional<std::size_t> known; // index into known_.all
        std::string number;               // what follows the `#`; empty: new, or from a file with another prefix
        bool stays = false;               // keeps its version: the known ones that stay are in rising order
        std::string version;
    };
    std::vector<Place> places_of(std::vector<MigrationText> const &texts) const;
    void match(std::vector<MigrationText> const &texts, std::vector<Place> &places, bool exact) const;
    using Matched = std::unordered_set<std::size_t>;
    bool is_candidate(std::size_t known, MigrationText const &text, bool exact, Matched const &matched) const;
    std::optional<std::size_t> find(MigrationText const &text, bool exact, Matched const &matched) const;
    void number(std::vector<Place> &places, std::string const &prefix) const;
    void claim(MigrationText const &text);
    bool is_free(std::string const &version) const;
    // Whether its file is not in the load and another one has taken its logicalFilePath.
    bool moved_elsewhere(KnownChangeset const &known) const;

    KnownChangesets known_;
    std::unordered_map<std::string, std::vector<std::size_t>> by_file_;      // by name and file
    std::unordered_map<std::string, std::vector<std::size_t>> by_file_name_; // by name and the file without directories
    std::unordered_set<std::string> used_;                                   // canonical
    std::unordered_set<std::string> const sources_;
    bool const whole_;
    // Of this load:
    std::unordered_set<std::string> assigned_; // versions, canonical
    std::unordered_set<std::string> moved_;    // their previous versions, canonical
    std::unordered_map<std::string, std::unordered_set<std::string>> logical_files_; // by file name
    std::unordered_map<std::string, std::string> claimed_;                           // by name and file: its source
};

} // namespace mig
