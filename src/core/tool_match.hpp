// Which loaded migrations an entry of a tool's history may stand for.
#pragma once

#include "core/adoption.hpp"

#include <unordered_map>

namespace mig {

struct ToolMatch {
    std::vector<std::size_t> at;                     // positions of those that fit
    std::optional<std::size_t> taken = std::nullopt; // none is left, but this one would fit
};

// The name of a file without directories and without the suffixes of scripts: 1_a.up.sql and 1_a.js are 1_a.
std::string_view stem_of(std::string_view path);

class ToolMatcher {
  public:
    explicit ToolMatcher(std::vector<Candidate> const &candidates);

    // Not for entries that mean everything up to a version. `taken` by position, where not null.
    ToolMatch find(ToolEntry const &entry, std::vector<ToolEntry const *> const &taken) const;

  private:
    using Positions = std::vector<std::size_t>;
    using Index = std::unordered_map<std::string, Positions>;

    Positions by_version(std::string_view key) const;
    Positions by_file(std::string_view key) const;
    Positions by_name(std::string_view key, std::string_view file) const;
    Positions by_word(std::string_view key) const;

    std::vector<Candidate> const &candidates_;
    Index versions_, loose_versions_, sources_, labels_, names_;
};

} // namespace mig
