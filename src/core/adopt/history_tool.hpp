// The history tables of other migration tools: what each is called, how it is told apart from others of its name, and
// how it is read. One more tool is one more entry of the table in history_tool.cpp.
#pragma once

#include <string_view>

namespace mig {

// A column and what kind of type it has, as pg_type.typcategory has it: S text, N number, B boolean, D time, A array.
struct ColumnShape {
    std::string_view name;
    char category;
};

struct HistoryTool {
    std::string_view words[2];  // what adopt() takes
    std::string_view title;     // as messages name it
    std::string_view tables[2]; // the names that it gives its table, in whatever schema
    ColumnShape columns[6];     // that prove the shape
    // Reads it: this, the table's name AS history, `after`. A row is a ToolEntry of core/adopt/adoption.hpp.
    std::string_view select_from, after;
};

struct HistoryTools {
    HistoryTool const *first, *last;
    HistoryTool const *begin() const { return first; }
    HistoryTool const *end() const { return last; }
};
HistoryTools history_tools();

} // namespace mig
