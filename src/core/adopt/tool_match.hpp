// Which loaded migrations an entry of a tool's history may be about.
#pragma once

#include "core/adopt/tool_entry.hpp"

#include <unordered_map>

namespace mig {

struct ToolMatch {
    static constexpr std::size_t most = 5;           // that a message names
    std::vector<std::size_t> candidates;             // the positions of those that match, at most one above that
    std::optional<std::size_t> taken = std::nullopt; // if all that match have an entry already: one of them
};

// The name of a file without directories and without the suffixes of scripts: 1_a.up.sql and 1_a.js are 1_a.
std::string_view stem_of(std::string_view path);

class ToolMatcher {
  public:
    explicit ToolMatcher(std::vector<Candidate> const &candidates);

    // Not for entries that mean everything up to a version. `entry_of`: the entry that each candidate has already, or
    // null. From one call to the next, more may be set, and none may be cleared.
    ToolMatch find(ToolEntry const &entry, std::vector<ToolEntry const *> const &entry_of);

  private:
    struct Positions {
        std::vector<std::size_t> all;
        std::size_t taken = 0; // all before this one have an entry
    };
    using Index = std::unordered_map<std::string, Positions>;

    // These return null if there is none.
    static Positions *look_up(Index &index, std::string const &key);
    Positions *by_version(std::string_view key);
    Positions *by_file(std::string_view key);
    Positions *by_name(std::string_view key, std::string_view file);
    ToolMatch by_word(std::string_view key) const;
    void add_words(std::string_view text, std::size_t position);

    std::vector<Candidate> const &candidates_;
    Index versions_, loose_versions_, renamed_versions_, sources_, labels_, names_, words_;
    Index names_in_files_; // by name and the last part of the file; empty where the file is not known
    Positions named_;      // what by_name() found last
};

} // namespace mig
