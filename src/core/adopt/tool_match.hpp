// Which loaded migrations an entry of a tool's history may stand for.
#pragma once

#include "core/adopt/tool_entry.hpp"

#include <unordered_map>

namespace mig {

struct ToolMatch {
    static constexpr std::size_t most = 5;           // that are named
    std::vector<std::size_t> at;                     // positions of those that fit, no more than one above that
    std::optional<std::size_t> taken = std::nullopt; // none is left, but this one would fit
};

// The name of a file without directories and without the suffixes of scripts: 1_a.up.sql and 1_a.js are 1_a.
std::string_view stem_of(std::string_view path);

class ToolMatcher {
  public:
    explicit ToolMatcher(std::vector<Candidate> const &candidates);

    // Not for entries that mean everything up to a version. `taken` by position, where not null: from call to call ever
    // more are.
    ToolMatch find(ToolEntry const &entry, std::vector<ToolEntry const *> const &taken);

  private:
    struct Positions {
        std::vector<std::size_t> all;
        std::size_t taken = 0; // those before it are
    };
    using Index = std::unordered_map<std::string, Positions>;

    // Null: none.
    static Positions *in(Index &index, std::string const &key);
    Positions *by_version(std::string_view key);
    Positions *by_file(std::string_view key);
    Positions *by_name(std::string_view key, std::string_view file);
    ToolMatch by_word(std::string_view key) const;
    void add_words(std::string_view text, std::size_t position);

    std::vector<Candidate> const &candidates_;
    Index versions_, loose_versions_, renamed_versions_, sources_, labels_, names_, words_;
    Index names_in_files_; // by name and the last part of the file; empty where the file is not known
    Positions from_there_; // what by_name() found last
};

} // namespace mig
