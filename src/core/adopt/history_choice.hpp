// Which history adopt() reads: what the caller asked for, and what there is in the database.
#pragma once

#include "core/adopt/history_tool.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mig {

// A table of this database that may be a history.
struct FoundTable {
    std::string schema, name;
    std::string quoted; // schema and name, as SQL takes them
    std::vector<std::pair<std::string, char>> columns;
};

// Which history adopt() is to read: auto, a tool, tool:table, or a table.
struct HistoryRequest {
    HistoryTool const *tool = nullptr; // null: whichever has such a table
    std::string schema;                // empty: any
    std::vector<std::string> tables;   // names to look for
    bool named = false;                // the caller has named the table
};

struct HistoryTable {
    HistoryTool const *tool;
    FoundTable const *table;
};

// Failure invalid_parameter when it names neither a tool nor a table.
HistoryRequest parse_history_request(std::string_view text);

// The one history that is meant. Failure undefined_table when there is none, invalid_parameter when there are several.
HistoryTable choose_history(HistoryRequest const &request, std::vector<FoundTable> const &found);

// All histories among the tables, each under the name that its tool gives it.
std::vector<HistoryTable> known_histories(std::vector<FoundTable> const &found);

// `Flyway (public.flyway_schema_history)`, and the reason that the history keeps of what is adopted from there.
std::string origin_of(HistoryTable const &history);
std::string adoption_reason(std::string const &origin);

// The query that reads it. `from` is its table, as an item of FROM.
std::string history_query(HistoryTable const &history, std::string const &from);

} // namespace mig
