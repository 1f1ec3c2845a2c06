// Reads the history that another migration tool keeps in this database, as the caller, who needs SELECT on the tool's
// table. Executes nothing that somebody else wrote: see server/store/plain_copy.hpp.
#pragma once

#include "core/adopt/adoption.hpp"
#include "core/adopt/history_choice.hpp"
#include "server/db/query.hpp"
#include "server/store/plain_copy.hpp"

namespace mig::server {

// The tables of this database that have the name of a tool's history, with their columns. Costs one look into an index
// where there is none. The oldest, at most so many.
std::vector<FoundTable> tables_named_like_histories(std::int64_t most);

class ToolHistory {
  public:
    // `tool` as adopt() takes it. Failure as of core/adopt/history_choice.hpp and server/store/plain_copy.hpp.
    explicit ToolHistory(std::string_view tool);
    ToolHistory(HistoryTable const &history, PlainCopy::Purpose purpose);
    ToolHistory(ToolHistory const &) = delete;
    ToolHistory &operator=(ToolHistory const &) = delete;

    std::vector<ToolEntry> entries() const;               // views into this
    std::string const &origin() const { return origin_; } // "Flyway (public.flyway_schema_history)"

  private:
    void read(HistoryTable const &history, PlainCopy::Purpose purpose);

    std::string origin_;
    Rows rows_;
};

} // namespace mig::server
