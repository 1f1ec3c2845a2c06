// The files that loaded migrations came from, for comparing them with another tool's history.
#pragma once

#include "core/adopt/tool_entry.hpp"
#include "server/db/query.hpp"

#include <unordered_map>

namespace mig::server {

class MigrationSources {
  public:
    explicit MigrationSources(std::string_view module);

    // In the order of `migrations`. They view into this.
    std::vector<Candidate> candidates(std::vector<Migration> const &migrations) const;

  private:
    Rows const rows_; // whose texts are the keys
    std::unordered_map<std::string_view, std::string> by_version_;
};

} // namespace mig::server
