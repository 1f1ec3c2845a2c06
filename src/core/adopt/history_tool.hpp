// The history tables of other migration tools: what each is called, what distinguishes it from others of that name, and
// how to read it. To add a tool, add an entry to the table in history_tool.cpp.
#pragma once

#include <string_view>

namespace mig {

// A column and what kind of type it has, as pg_type.typcategory has it: S text, N number, B boolean, D time, A array.
struct ColumnShape {
    std::string_view name;
    char category;
};

struct HistoryTool {
    std::string_view words[2];  // its names in a call of adopt()
    std::string_view title;     // as messages name it
    std::string_view tables[2]; // the names of its table, which may be in any schema
    ColumnShape columns[6];     // by which the table is recognized
    // The query: this, the table's name AS history, `after`. Its columns are listed at ToolEntry (tool_entry.hpp).
    std::string_view select_from, after;
};

struct HistoryTools {
    HistoryTool const *first, *last;
    HistoryTool const *begin() const { return first; }
    HistoryTool const *end() const { return last; }
};
HistoryTools history_tools();

} // namespace mig
